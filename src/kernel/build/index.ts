export * from './toolchain.js';
