"""Other people's recurrent layers, called with weights in the layout of Keras.

Each function takes arrays as our cells hold them (gates in the order i, f, c, o) and hands them
to an implementation that shares no code with Keras or with this project, in the order and shapes
that it wants. What it returns is ``(y, h, c)``: outputs ``(batch, time, units)``, zero where a
sequence has ended, and the states after the last step of each sequence.
"""

from __future__ import annotations

import functools
import importlib.util
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

INSTALL = "make oracles installs it (or: python -m pip install -e '.[oracles]')"


def needs(package: str):
    """Skip a test where an independent implementation is not installed, and say how to get it."""
    return pytest.mark.skipif(
        importlib.util.find_spec(package) is None,
        reason=f"{package} is not installed, so nothing independent to compare with: {INSTALL}",
    )


def reorder(array: np.ndarray, order: str, have: str = "ifco") -> np.ndarray:
    """The blocks along the last axis, brought from the order ``have`` into ``order``."""
    blocks = dict(zip(have, np.split(np.asarray(array), len(have), axis=-1), strict=True))
    return np.concatenate([blocks[gate] for gate in order], axis=-1)


def one_by_one(run, x, lengths, h0, c0, units_out):
    """Each sequence alone and unpadded, for implementations that know no lengths."""
    y = np.zeros((*x.shape[:2], units_out))
    last_h, last_c = [], []
    for k, length in enumerate(lengths):
        out, h, c = run(x[k : k + 1, :length], h0[k : k + 1], c0[k : k + 1])
        y[k, :length] = out[0]
        last_h.append(h[0])
        last_c.append(c[0])
    return y, np.stack(last_h), np.stack(last_c)


# TensorFlow's fused kernels: float32, gates in the order i, c, f, o ------------------------------


def tensorflow_weights(weights: dict[str, np.ndarray]):
    """``w``, ``b`` and the three peephole vectors as TensorFlow's kernels take them."""
    import tensorflow as tf

    w = np.concatenate([weights["kernel"], weights["recurrent_kernel"]])
    units = weights["recurrent_kernel"].shape[0]
    peephole = weights.get("peephole_kernel", np.zeros((3, units)))
    arrays = (reorder(w, "icfo"), reorder(weights["bias"], "icfo"), *peephole)
    return [tf.constant(a, "float32") for a in arrays]


def tensorflow_block_cell(x, weights, h0, c0):
    """``tf.raw_ops.LSTMBlockCell``, step by step. It would add 1 to f and clip c at 3: neither."""
    import tensorflow as tf

    w, b, wci, wcf, wco = tensorflow_weights(weights)
    h, c = tf.constant(h0, "float32"), tf.constant(c0, "float32")
    outputs = []
    for step in range(x.shape[1]):
        _, c, _, _, _, _, h = tf.raw_ops.LSTMBlockCell(
            x=tf.constant(x[:, step], "float32"),
            cs_prev=c,
            h_prev=h,
            w=w,
            wci=wci,
            wcf=wcf,
            wco=wco,
            b=b,
            forget_bias=0.0,
            cell_clip=-1.0,
            use_peephole="peephole_kernel" in weights,
        )
        outputs.append(h.numpy())
    return np.stack(outputs, axis=1), h.numpy(), c.numpy()


def tensorflow_block_gradients(x, weights, h0, c0, loss):
    """Gradients from the hand-written backward kernel of ``tf.raw_ops.BlockLSTM``.

    ``loss(y, h, c)`` gets tensors, y as ``(batch, time, units)``.
    """
    import tensorflow as tf

    w, b, wci, wcf, wco = tensorflow_weights(weights)
    x, h0, c0 = (tf.constant(a, "float32") for a in (x, h0, c0))
    watched = {"w": w, "b": b, "i": wci, "f": wcf, "o": wco, "x": x, "h0": h0, "c0": c0}
    with tf.GradientTape() as tape:
        tape.watch(list(watched.values()))
        result = tf.raw_ops.BlockLSTM(
            seq_len_max=tf.constant(x.shape[1], "int64"),
            x=tf.transpose(x, (1, 0, 2)),
            cs_prev=c0,
            h_prev=h0,
            w=w,
            wci=wci,
            wcf=wcf,
            wco=wco,
            b=b,
            forget_bias=0.0,
            cell_clip=-1.0,
            use_peephole="peephole_kernel" in weights,
        )
        value = loss(tf.transpose(result.h, (1, 0, 2)), result.h[-1], result.cs[-1])
    found = {k: g.numpy() for k, g in tape.gradient(value, watched).items()}
    inputs = x.shape[-1]
    w = reorder(found["w"], "ifco", have="icfo")
    gradients = {
        "kernel": w[:inputs],
        "recurrent_kernel": w[inputs:],
        "bias": reorder(found["b"], "ifco", have="icfo"),
        **{name: found[name] for name in ("x", "h0", "c0")},
    }
    if "peephole_kernel" in weights:
        gradients["peephole_kernel"] = np.stack([found["i"], found["f"], found["o"]])
    return gradients


# ONNX: the reference evaluator (NumPy) and ONNX Runtime, gates in the order i, o, f, c ----------


def onnx_lstm(x, weights, h0, c0, lengths=None, *, runtime, coupled=False, activations=None):
    """The operator LSTM of ONNX, run by its reference evaluator or by ONNX Runtime (float32)."""
    arrays = {
        "X": np.swapaxes(x, 0, 1),
        "W": _onnx_blocks(weights["kernel"], "iofc", coupled),
        "R": _onnx_blocks(weights["recurrent_kernel"], "iofc", coupled),
        "B": _onnx_bias(_onnx_blocks(weights["bias"][None], "iofc", coupled)[0, :, 0]),
    }
    if lengths is not None:
        arrays["sequence_lens"] = np.asarray(lengths, "int32")
    arrays |= {"initial_h": h0[None], "initial_c": c0[None]}
    if "peephole_kernel" in weights:
        i, f, o = weights["peephole_kernel"]
        arrays["P"] = np.concatenate([i, o, f])[None]
    attributes = {"hidden_size": weights["recurrent_kernel"].shape[0]}
    if coupled:
        attributes["input_forget"] = 1
    if activations:
        attributes["activations"] = activations
        attributes["activation_alpha"] = [1.0] * activations.count("Affine")
        attributes["activation_beta"] = [0.0] * activations.count("Affine")
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    y, h, c = _onnx_run("LSTM", arrays, order, attributes, runtime, outputs=3)
    return np.swapaxes(y[:, 0], 0, 1), h[0], c[0]


def onnx_gru(x, weights, h0, lengths=None, *, runtime, reset_after):
    """The operator GRU of ONNX: ``linear_before_reset`` is what Keras calls ``reset_after``."""
    bias = np.atleast_2d(weights["bias"])  # (2, 3 units) where the reset comes after, else (1, ..)
    recurrent_bias = bias[1] if reset_after else np.zeros_like(bias[0])
    arrays = {
        "X": np.swapaxes(x, 0, 1),
        "W": weights["kernel"].T[None],  # both have the order z, r, h
        "R": weights["recurrent_kernel"].T[None],
        "B": np.concatenate([bias[0], recurrent_bias])[None],
    }
    if lengths is not None:
        arrays["sequence_lens"] = np.asarray(lengths, "int32")
    arrays["initial_h"] = h0[None]
    attributes = {
        "hidden_size": weights["recurrent_kernel"].shape[0],
        "linear_before_reset": int(reset_after),
    }
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h"]
    y, h = _onnx_run("GRU", arrays, order, attributes, runtime, outputs=2)
    return np.swapaxes(y[:, 0], 0, 1), h[0]


def _onnx_blocks(array, order, coupled):
    """``(rows, gates * units)`` as ``(1, gates * units, rows)``; a coupled cell gets unused f."""
    if coupled:
        i, c, o = np.split(array, 3, axis=-1)
        # Whatever stands in the place of f must not matter.
        array = np.concatenate([i, np.full_like(i, 7.0), c, o], axis=-1)
    return reorder(array, order).T[None]


def _onnx_bias(bias):
    return np.concatenate([bias, np.zeros_like(bias)])[None]


def _onnx_run(operator, arrays, order, attributes, runtime, outputs):
    from onnx import TensorProto, helper

    kinds = {"sequence_lens": TensorProto.INT32}
    arrays = {k: np.asarray(a, "int32" if k in kinds else "float32") for k, a in arrays.items()}
    names = [name if name in arrays else "" for name in order]
    results = ["Y", "Y_h", "Y_c"][:outputs]
    graph = helper.make_graph(
        [helper.make_node(operator, names, results, **attributes)],
        operator,
        [
            helper.make_tensor_value_info(k, kinds.get(k, TensorProto.FLOAT), a.shape)
            for k, a in arrays.items()
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in results],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    if runtime:
        import onnxruntime

        session = onnxruntime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"]
        )
    else:
        from onnx.reference import ReferenceEvaluator

        session = ReferenceEvaluator(model)
    return session.run(None, arrays)


# PyTorch: any precision, gates in the order i, f, g, o (as in Keras) ----------------------------


@functools.cache
def _child():
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def elsewhere(function, *arguments):
    """The result of a function of this module, run in a process of its own, kept for the next.

    TensorFlow 2.21 may abort in a process that has loaded PyTorch 2.13.
    """
    return _child().submit(function, *arguments).result()


def torch_lstm(x, weights, h0, c0, lengths, loss_weights=None):
    """``torch.nn.LSTM`` on packed sequences, with ``proj_size`` if there is a projection.

    Returns ``(y, h, c)``, or with ``loss_weights`` (what y, h and c are multiplied with and
    summed) the gradients by name.
    """
    return elsewhere(_torch_lstm, x, weights, h0, c0, lengths, loss_weights)


def torch_gru(x, weights, h0, lengths, loss_weights=None):
    """``torch.nn.GRU`` (the reset gate acts after the product), order r, z, n against z, r, h."""
    return elsewhere(_torch_gru, x, weights, h0, lengths, loss_weights)


def _torch_lstm(x, weights, h0, c0, lengths, loss_weights):
    import torch

    units, projected = weights["kernel"].shape[1] // 4, "projection_kernel" in weights
    size = weights["recurrent_kernel"].shape[0] if projected else 0
    layer = torch.nn.LSTM(x.shape[-1], units, proj_size=size, batch_first=True).double()
    names = {"weight_ih_l0": "kernel", "weight_hh_l0": "recurrent_kernel"}
    if projected:
        names["weight_hr_l0"] = "projection_kernel"
    with torch.no_grad():
        for theirs, name in names.items():
            getattr(layer, theirs).copy_(torch.tensor(weights[name].T))
        layer.bias_ih_l0.copy_(torch.tensor(weights["bias"]))
        layer.bias_hh_l0.zero_()
    return _torch_run(layer, names, x, lengths, loss_weights, h0=h0, c0=c0)


def _torch_gru(x, weights, h0, lengths, loss_weights):
    import torch

    units = weights["recurrent_kernel"].shape[0]
    layer = torch.nn.GRU(x.shape[-1], units, batch_first=True).double()
    names = {"weight_ih_l0": "kernel", "weight_hh_l0": "recurrent_kernel"}
    with torch.no_grad():
        for theirs, name in names.items():
            getattr(layer, theirs).copy_(torch.tensor(reorder(weights[name], "rzh", "zrh").T))
        layer.bias_ih_l0.copy_(torch.tensor(reorder(weights["bias"][0], "rzh", "zrh")))
        layer.bias_hh_l0.copy_(torch.tensor(reorder(weights["bias"][1], "rzh", "zrh")))
    result = _torch_run(layer, names, x, lengths, loss_weights, h0=h0)
    if loss_weights is None:
        return result
    for name in ("kernel", "recurrent_kernel"):
        result[name] = reorder(result[name], "zrh", "rzh")
    result["bias"] = np.stack(
        [reorder(getattr(layer, f"bias_{k}_l0").grad.numpy(), "zrh", "rzh") for k in ("ih", "hh")]
    )
    return result


def _torch_run(layer, names, x, lengths, loss_weights, **states):
    import torch
    from torch.nn.utils import rnn

    x = torch.tensor(x, requires_grad=True)
    states = {k: torch.tensor(v, requires_grad=True) for k, v in states.items()}
    packed = rnn.pack_padded_sequence(
        x, torch.tensor(lengths), batch_first=True, enforce_sorted=False
    )
    first = tuple(state[None] for state in states.values())
    packed_y, last = layer(packed, first if len(first) > 1 else first[0])
    y, _ = rnn.pad_packed_sequence(packed_y, batch_first=True, total_length=x.shape[1])
    last = [state[0] for state in (last if isinstance(last, tuple) else (last,))]
    if loss_weights is None:
        return tuple(tensor.detach().numpy() for tensor in (y, *last))
    sum((a * torch.tensor(w)).sum() for a, w in zip((y, *last), loss_weights)).backward()
    gradients = {name: getattr(layer, theirs).grad.numpy().T for theirs, name in names.items()}
    gradients["bias"] = layer.bias_ih_l0.grad.numpy()
    gradients["x"] = x.grad.numpy()
    return gradients | {k: v.grad.numpy() for k, v in states.items()}
