// Compiling and exploring in a thread of its own, for whoever runs cases: limits of time and interruptions hold whatever
// the case does.
import { builtFile, environmentError, interruptedError, type Progress, WorkThread } from '../base/index.js';
import type { ExplorationKind, Explorations, ExploreRequest, ExploreResult } from './explore-protocol.js';

/** Who is told of the work, and who may end it. */
export interface ExplorerOptions {
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** One piece of work after the other, with what the thread has loaded for those before. */
export class Explorer {
  private thread: WorkThread<ExploreRequest, never, ExploreResult> | null = null;

  /**
   * Errors: those of the work; `environment` when it does not come back at its limit of time, `interrupted` when it does
   * not after an interruption: what it had found is lost then. Other than that, an interruption leaves the result what
   * it has become until then.
   */
  async explore<K extends ExplorationKind>(
    kind: K,
    { case: theCase, ...request }: Explorations[K]['request'],
    options: ExplorerOptions,
  ): Promise<Explorations[K]['result']> {
    this.thread ??= new WorkThread(builtFile('cli/explore-thread.js'));
    const asked = { kind, request: { ...request, case: theCase } } as ExploreRequest;
    const answer = await this.thread.ask(asked, options);
    if ('result' in answer) return answer.result as Explorations[K]['result'];
    this.thread = null;
    if (answer.endedBy === 'interrupt') throw interruptedError();
    throw environmentError(`exploring ${theCase.name} did not end at its limit of time`, {
      hint: 'Nothing of it is known. This is a defect of Millrace: please report it with the case.',
    });
  }

  async close(): Promise<void> {
    await this.thread?.close();
  }
}

/** One piece of work. */
export async function exploreOnce<K extends ExplorationKind>(
  kind: K,
  request: Explorations[K]['request'],
  options: ExplorerOptions,
): Promise<Explorations[K]['result']> {
  const explorer = new Explorer();
  try {
    return await explorer.explore(kind, request, options);
  } finally {
    await explorer.close();
  }
}
