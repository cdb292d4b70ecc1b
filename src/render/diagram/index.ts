export {
  type Diagram,
  type DiagramCell,
  diagramOfReport,
  diagramOfSchedule,
  tellingSchedule,
} from './diagram.js';
export { diagramOf, renderDiagramSvg, renderDiagramText } from './render.js';
export { diagramLines } from './text.js';
