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
    const { days, series } = JSON.parse(element.dataset.chart);
    const width = element.clientWidth;
    if (!width) return;
    element.replaceChildren();
    const ink = colour("--tblr-secondary");
    const grid = { stroke: colour("--tblr-border-color"), width: 1 };
    const whole = (values) => values.map((value) => (Number.isInteger(value) ? value.toLocaleString("en") : ""));
    const options = {
      width,
      height: 240,
      cursor: { points: { size: 7 } },
      scales: { x: { time: true }, y: { range: (plot, low, high) => [0, Math.max(high * 1.1, 5)] } },
      axes: [
        { stroke: ink, grid: { show: false }, ticks: { show: false }, values: (plot, ticks) => ticks.map((t) => new Date(t * 1000).toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" })) },
        { stroke: ink, grid, ticks: { show: false }, size: 54, values: (plot, ticks) => whole(ticks) },
      ],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      series: [
        { label: "Day", value: (plot, seconds) => (seconds == null ? "–" : new Date(seconds * 1000).toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" })) },
        ...series.map(({ label }, at) => {
          const stroke = colour(palette[at % palette.length]);
          return { label, stroke, width: 2, points: { show: days.length < 15 }, fill: at === 0 ? faint(palette[0]) : undefined, value: (plot, value) => (value == null ? "–" : value.toLocaleString("en")) };
        }),
      ],
    };
    new uPlot(options, [days.map((day) => Date.parse(day) / 1000), ...series.map((one) => one.values)], element);
  };
  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  let timer;
  const soon = () => { clearTimeout(timer); timer = setTimeout(drawAll, 60); };
  for (const name of ["DOMContentLoaded", "htmx:afterSettle", "honeyguide:theme", "honeyguide:shown"]) document.addEventListener(name, soon);
  window.addEventListener("resize", soon);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon);
  if (document.readyState !== "loading") soon();
})();
