export { accessFlags, maxContexts, RaceDetector, type RacePair } from './race-detector.js';
