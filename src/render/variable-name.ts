// What a variable is called in every rendering.
import type { VariableEvidence } from '../evidence/index.js';

/** `tw686x_dev.pending_dma_en`; what is known where there is no field. */
export function nameOf({ struct, field, name }: Pick<VariableEvidence, 'struct' | 'field' | 'name'>): string {
  if (struct !== null && field !== null) return `${struct}.${field}`;
  return /^0x[0-9a-f]+$/.test(name) ? `the variable at ${name}` : name;
}
