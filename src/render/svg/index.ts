export { tunePlot } from './tune-plot.js';
