// Memory that is weaker than sequential consistency: which writes a read may still see.
export { placesUnderC11 } from './c11.js';
export * from './events.js';
export { Graph, isSplit } from './graph.js';
export { unseenOnX86 } from './tso.js';
