/* What our pages use of Cornerstone3D. Everything else is left out by the bundler. */
export {
  Enums, RenderingEngine, cache, eventTarget, getShouldUseCPURendering, imageLoader, init, metaData, utilities,
} from "@cornerstonejs/core";
export {
  Enums as ToolEnums, LengthTool, PanTool, RectangleROITool, ToolGroupManager, WindowLevelTool, ZoomTool, addTool, annotation,
  init as initTools,
} from "@cornerstonejs/tools";
