export {
  type Diagram,
  type DiagramCell,
  diagramOfReport,
  diagramOfSchedule,
  tellingSchedule,
} from './diagram.js';
export { diagramOf, diagramOfFirstReport, renderDiagramSvg, renderDiagramText } from './render.js';
export { cellLines, diagramLines } from './text.js';
