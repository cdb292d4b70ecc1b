// What a run and the thread that explores for it tell each other.
import type {
  KcsanRun,
  KcsanRunRequest,
  ModelReplay,
  ModelReplayRequest,
  ModelRun,
  ModelRunRequest,
  TuneRequest,
  TuneRun,
} from '../model/index.js';

/** Functions and signals stay with whoever asks. */
type Plain<Request> = Omit<Request, 'signal' | 'progress' | 'onBusy' | 'onProgram' | 'pairsOf'>;

/** By what is to be done: what it takes, and what comes of it. */
export interface Explorations {
  readonly model: {
    /** `directory`: the record's, where the machine is kept. */
    readonly request: Plain<ModelRunRequest> & { readonly directory: string };
    readonly result: ModelRun;
  };
  readonly kcsan: { readonly request: Plain<KcsanRunRequest>; readonly result: KcsanRun };
  readonly replay: { readonly request: Plain<ModelReplayRequest>; readonly result: ModelReplay };
  readonly tune: { readonly request: Plain<TuneRequest>; readonly result: TuneRun };
}

export type ExplorationKind = keyof Explorations;

export type ExploreRequest = {
  readonly [K in ExplorationKind]: { readonly kind: K; readonly request: Explorations[K]['request'] };
}[ExplorationKind];

export type ExploreResult = Explorations[ExplorationKind]['result'];
