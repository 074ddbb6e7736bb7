"""Text as tokens and batches, counting models, and measures of generated text."""
