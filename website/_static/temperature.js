// Lesson 15: the probabilities of the next character at a temperature, with top-k and top-p. The
// logits are those of the network of the long run (website/record.py).
"use strict";
{
  const root = document.getElementById("temperature");
  const data = JSON.parse(document.getElementById("temperature-data").textContent);
  const characters = [...data.characters];
  const control = Object.fromEntries(
    [...root.querySelectorAll("[name]")].map((element) => [element.name, element]));
  const bars = root.querySelector(".bars");
  const shown = 12;

  const scaled = (p) => {
    const sum = p.reduce((a, b) => a + b, 0);
    return p.map((value) => value / sum);
  };
  const softmax = (z) => {
    const highest = Math.max(...z);
    return scaled(z.map((value) => Math.exp(value - highest)));
  };
  const keep = (p, least) => scaled(p.map((value) => (value >= least ? value : 0)));
  const falling = (p) => [...p].sort((a, b) => b - a);
  const topK = (p, k) => keep(p, falling(p)[k - 1]);
  function topP(p, share) { // the fewest characters that together have this probability
    let above = 0;
    let least = 1;
    for (const value of falling(p)) {
      if (above >= share) break;
      least = value;
      above += value;
    }
    return keep(p, least);
  }
  const visible = (character) => ({"\n": "↵", " ": "␣"}[character] || character);

  function update() {
    const {prefix, logits} = data.prefixes[control.prefix.value];
    const [T, k, p] = ["T", "k", "p"].map((name) => Number(control[name].value));
    for (const name of ["T", "k", "p"]) {
      control[name].nextElementSibling.value = Number(control[name].value).toFixed(
        {T: 1, k: 0, p: 2}[name]);
    }
    // Top-p at 1 keeps everything; rounding must not drop the least probable character.
    const kept = topK(softmax(logits.map((z) => z / T)), k);
    root.p = p < 1 ? topP(kept, p) : kept;
    root.querySelector(".prefix").textContent = prefix;
    draw();
  }

  function draw(drawn = []) {
    const ranked = root.p.map((_, code) => code).sort((a, b) => root.p[b] - root.p[a]);
    const rows = ranked.slice(0, shown).filter((code) => root.p[code] > 0);
    const counts = rows.map((code) => drawn.filter((other) => other === code).length);
    bars.replaceChildren(...rows.map((code, place) => {
      const item = document.createElement("li");
      const [name, bar, share] = ["code", "span", "span"].map((tag) => document.createElement(tag));
      name.textContent = visible(characters[code]);
      bar.className = "bar";
      bar.style.setProperty("--share", root.p[code]);
      share.textContent = `${(100 * root.p[code]).toFixed(1)} %`
        + (drawn.length ? `, drawn ${counts[place]}` : "");
      item.append(name, bar, share);
      return item;
    }));
    const possible = root.p.filter((value) => value > 0);
    const nats = -possible.reduce((sum, value) => sum + value * Math.log(value), 0);
    root.querySelector("[role=status]").textContent = drawn.length
      ? `Drawn: ${drawn.map((code) => visible(characters[code])).join(" ")}`
      : `${possible.length} ${possible.length === 1 ? "character is" : "characters are"} possible; `
        + `the entropy is ${nats.toFixed(2)} nats.`;
  }

  root.querySelector("button").addEventListener("click", () => {
    draw(Array.from({length: 50}, () => {
      let left = Math.random();
      const code = root.p.findIndex((value) => (left -= value) < 0);
      return code < 0 ? root.p.indexOf(Math.max(...root.p)) : code; // rounding
    }));
  });
  data.prefixes.forEach(({prefix}, place) => {
    control.prefix.add(new Option(prefix.trim().replace(/\s+/g, " "), place));
  });
  control.k.max = characters.length;
  control.k.value = characters.length;
  root.addEventListener("input", update);
  update();
}
