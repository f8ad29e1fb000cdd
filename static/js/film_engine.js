/* Cornerstone3D, fetched once a page shows a film: what is the same for every film of a page. */
const CONTEXTS = 2; // one for a film, one for the prior beside it
const INK = "rgb(98, 192, 221)"; // the accent of the dark theme: films are always on black
const INK_NEAR = "rgb(168, 224, 241)";

let opened = null;

export function openEngine() {
  opened ??= start().catch((problem) => {
    opened = null;
    throw problem;
  });
  return opened;
}

async function start() {
  const cornerstone = await import("../vendor/cornerstone.min.js");
  cornerstone.init({ rendering: { webGlContextCount: CONTEXTS } });
  cornerstone.initTools();
  const { LengthTool, PanTool, RectangleROITool, WindowLevelTool, ZoomTool } = cornerstone;
  for (const tool of [WindowLevelTool, ZoomTool, PanTool, LengthTool, RectangleROITool]) cornerstone.addTool(tool);
  dress(cornerstone.annotation.config.style);
  return cornerstone;
}

function dress(style) {
  const all = style.getDefaultToolStyles();
  const inks = { color: INK, colorHighlighted: INK_NEAR, colorSelected: INK_NEAR, textBoxColor: INK, textBoxColorHighlighted: INK_NEAR, textBoxColorSelected: INK_NEAR };
  style.setDefaultToolStyles({ ...all, global: { ...all.global, ...inks, lineWidth: "2", textBoxFontFamily: "Inter, sans-serif" } });
}
