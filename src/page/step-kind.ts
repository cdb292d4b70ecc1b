// What a step is, for the shape of its mark.
import type { StepEvent } from '../model/index.js';
import type { MarkKind } from './trace.js';

export function kindOf(event: StepEvent): MarkKind {
  switch (event.kind) {
    case 'access':
      if (event.how === 'atomic' || event.how === 'marked') return 'atomic';
      return event.access === 'read' ? 'read' : 'write';
    case 'acquire':
      return 'lock';
    case 'release':
    case 'downgrade':
      return 'unlock';
    case 'nesting':
      return event.deeper ? 'lock' : 'unlock';
    case 'section':
      return event.does === 'begin' ? 'lock' : 'unlock';
    case 'try':
      return event.on === 'completion' ? 'wait' : 'lock';
    case 'wait':
    case 'post':
    case 'time':
      return 'wait';
    case 'callback':
    case 'interrupt-line':
    case 'thread':
      return 'callback';
    case 'allocate':
    case 'free':
    case 'print':
      return event.kind;
    default:
      return 'other';
  }
}
