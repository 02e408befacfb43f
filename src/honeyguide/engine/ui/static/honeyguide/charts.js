// Draws every [data-chart] with uPlot, in the page's colours, again when the theme, the size or the page's parts change.
(() => {
  const palette = ["--tblr-primary", "--tblr-teal", "--tblr-orange", "--tblr-purple", "--tblr-red", "--tblr-yellow"];
  // A canvas knows no variables: an element tells what colour they come to.
  const colour = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const faint = (name) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = colour(name);
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgba(${red}, ${green}, ${blue}, .1)`;
  };
  const draw = (element) => {
    const { days, labels, bars, series } = JSON.parse(element.dataset.chart);
    const width = element.clientWidth;
    if (!width) return;
    element.replaceChildren();
    const ink = colour("--tblr-secondary");
    const grid = { stroke: colour("--tblr-border-color"), width: 1 };
    // Days are times; other points stand beside one another under their names.
    const name = days
      ? (seconds) => new Date(seconds * 1000).toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" })
      : (at) => (Number.isInteger(at) ? labels[at] ?? "" : "");
    const points = days ? days.map((day) => Date.parse(day) / 1000) : labels.map((label, at) => at);
    const half = bars ? 0.6 : 0;
    const whole = (values) => values.map((value) => (Number.isInteger(value) ? value.toLocaleString("en") : ""));
    const options = {
      width,
      height: Number(element.dataset.height) || 240,
      cursor: { points: { size: 7 } },
      scales: { x: days ? { time: true } : { time: false, range: (plot, low, high) => [low - half, Math.max(high, low + 1) + half] }, y: { range: (plot, low, high) => [0, Math.max(high * 1.1, 5)] } },
      axes: [
        { stroke: ink, grid: { show: false }, ticks: { show: false }, values: (plot, ticks) => ticks.map(name) },
        { stroke: ink, grid, ticks: { show: false }, size: 54, values: (plot, ticks) => whole(ticks) },
      ],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      series: [
        { label: days ? "Day" : "Point", value: (plot, at) => (at == null ? "–" : name(at)) },
        ...series.map(({ label }, at) => {
          const stroke = colour(palette[at % palette.length]);
          return { label, stroke, width: 2, points: { show: !bars && points.length < 15 }, paths: bars ? uPlot.paths.bars({ size: [0.7, 40] }) : undefined, fill: bars || at === 0 ? faint(palette[at % palette.length]) : undefined, value: (plot, value) => (value == null ? "–" : value.toLocaleString("en")) };
        }),
      ],
    };
    new uPlot(options, [points, ...series.map((one) => one.values)], element);
  };
  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  let timer;
  const soon = () => { clearTimeout(timer); timer = setTimeout(drawAll, 60); };
  for (const name of ["DOMContentLoaded", "htmx:afterSettle", "honeyguide:theme", "honeyguide:shown"]) document.addEventListener(name, soon);
  window.addEventListener("resize", soon);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon);
  if (document.readyState !== "loading") soon();
})();
