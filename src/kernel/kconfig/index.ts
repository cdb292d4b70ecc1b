export { type Configuration, configure, parseDotConfig } from './configure.js';
export { type EngineSettings, wholeFragment } from './engine-fragment.js';
export { explainUnmet, type Unmet } from './unmet.js';
