// Lesson 02: a trained LSTM reads a string while its gates are pushed open or shut. The weights
// are those of the first network on the page (website/record.py).
"use strict";
{
  const root = document.getElementById("gates");
  const {weights, order, string} = JSON.parse(document.getElementById("gates-data").textContent);
  const {W, U, b, V} = weights;
  const units = U.length;
  const letters = "ABCD";
  const sliders = [...root.querySelectorAll("input[type=range]")];
  const text = root.querySelector("input[type=text]");
  const canvas = root.querySelector("canvas");
  const blocks = [ // name, key of the record, lowest and highest value, colour of the label
    ["input gate i", "i", 0, 1, "#0072B2"],
    ["candidate g", "g", -1, 1, "#009E73"],
    ["written i⊙g", "w", -1, 1, "#000000"],
    ["forget gate f", "f", 0, 1, "#D55E00"],
    ["cell c", "c", -2, 2, "#000000"],
    ["output gate o", "o", 0, 1, "#A04E7C"],
    ["hidden h", "h", -1, 1, "#8F6200"],
  ];
  const viridis = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"];
  const redBlue = ["#053061", "#2166ac", "#4393c3", "#92c5de", "#f7f7f7", "#f4a582", "#d6604d", "#b2182b", "#67001f"];

  const sigmoid = (z) => 0.5 * (1 + Math.tanh(0.5 * z));
  const encode = (character) => [
    ...[...letters].map((letter) => +(letter === character.toUpperCase())),
    +letters.includes(character),
    +(character === "?"),
  ];

  // All that happens inside the network: for each step the units' i, f, g, o, c, h, i⊙g, and the
  // answers. `shift` is what is added to the biases of the four sets i, f, g, o.
  function read(characters, shift) {
    let h = Array(units).fill(0);
    let c = Array(units).fill(0);
    const record = {i: [], f: [], g: [], o: [], c: [], h: [], w: [], answers: []};
    for (const character of characters) {
      const x = encode(character);
      const z = b.map((bias, k) => bias + shift[Math.floor(k / units)]
        + x.reduce((sum, value, j) => sum + value * W[j][k], 0)
        + h.reduce((sum, value, j) => sum + value * U[j][k], 0));
      const [i, f, g, o] = [0, 1, 2, 3].map((set) => z
        .slice(set * units, (set + 1) * units).map(set === 2 ? Math.tanh : sigmoid));
      const w = i.map((gate, k) => gate * g[k]);
      c = c.map((old, k) => f[k] * old + w[k]);
      h = c.map((cell, k) => o[k] * Math.tanh(cell));
      const scores = [...letters].map((_, j) => h.reduce((sum, value, k) => sum + value * V[k][j], 0));
      const highest = Math.max(...scores);
      Object.entries({i, f, g, o, c, h, w}).forEach(([name, values]) => record[name].push(values));
      record.answers.push(highest > 0.5 ? letters[scores.indexOf(highest)] : "-");
    }
    return record;
  }

  function draw(characters, record) {
    const width = canvas.clientWidth;
    const label = width > 560 ? 110 : 0; // beside the block, on a phone above it
    const cell = (width - label) / Math.max(characters.length, 20);
    const row = label ? 11 : 8;
    const gap = label ? 8 : 20;
    const scale = window.devicePixelRatio || 1;
    const height = blocks.length * (units * row + gap) + 44;
    canvas.style.height = `${height}px`;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, width, height);
    let top = 2;
    for (const [name, key, low, high, colour] of blocks) {
      context.fillStyle = colour;
      context.font = "14px system-ui, sans-serif";
      context.textBaseline = "middle";
      if (label) context.fillText(name, 4, top + units * row / 2);
      else context.fillText(name, 4, (top += gap - 4) - 8);
      const colours = low < 0 ? redBlue : viridis;
      record[key].forEach((values, step) => order.forEach((unit, place) => {
        const share = Math.min(1, Math.max(0, (values[unit] - low) / (high - low)));
        context.fillStyle = mix(colours, share);
        context.fillRect(label + step * cell, top + place * row, cell - 0.5, row - 0.5);
      }));
      top += units * row + (label ? gap : 4);
    }
    context.textAlign = "center";
    context.fillStyle = "#000000";
    context.font = `${Math.min(16, cell * 1.4)}px ui-monospace, monospace`;
    [...characters].forEach((character, step) => {
      context.fillText(character, label + (step + 0.5) * cell, top + 12);
      const answer = record.answers[step];
      if (answer !== "-") context.fillText(answer, label + (step + 0.5) * cell, top + 30);
    });
  }

  function mix(colours, share) { // linear between neighbours
    const at = share * (colours.length - 1);
    const from = Math.min(colours.length - 2, Math.floor(at));
    const [one, two] = [colours[from], colours[from + 1]].map((colour) => parseInt(colour.slice(1), 16));
    const part = (shift) => Math.round(
      ((one >> shift) & 255) * (1 - at + from) + ((two >> shift) & 255) * (at - from));
    return `rgb(${part(16)} ${part(8)} ${part(0)})`;
  }

  function update() {
    const characters = text.value.replace(/[^A-Da-d?]/g, "");
    if (characters !== text.value) text.value = characters;
    const value = Object.fromEntries(sliders.map((slider) => [slider.name, Number(slider.value)]));
    sliders.forEach((slider) => {
      const sign = slider.value > 0 ? "+" : "";
      slider.nextElementSibling.value = `${sign}${slider.value}`.replace("-", "−");
    });
    root.record = read(characters, [value.input, value.forget, 0, value.output]);
    draw(characters, root.record);
    let last = "-";
    let [right, asked, uninvited] = [0, 0, 0];
    [...characters].forEach((character, step) => {
      if (letters.includes(character)) last = character;
      const answer = root.record.answers[step];
      if (character === "?") [right, asked] = [right + (answer === last), asked + 1];
      else uninvited += answer !== "-";
    });
    const status = `${right} of ${asked} question marks answered correctly, `
      + `${uninvited} ${uninvited === 1 ? "answer" : "answers"} where nobody asked.`;
    root.querySelector("[role=status]").textContent = status;
    canvas.setAttribute("aria-label", "Gates, cell and hidden state as rows of coloured squares, "
      + `one row a unit, over the string ${characters}. ${status}`);
  }

  root.querySelector("button").addEventListener("click", () => {
    sliders.forEach((slider) => { slider.value = 0; });
    text.value = string;
    update();
  });
  root.addEventListener("input", update);
  window.addEventListener("resize", update);
  text.value = string;
  update();
}
