// What a thread is asked to do that does not come back, or fails.
import { answerRequests, InputErrors, inputError } from '../../../dist/base/index.js';

answerRequests(async (request, { signal, progress, tell, busyFor }) => {
  tell(`begun ${request}`);
  switch (request) {
    case 'echo':
      return await progress.step('a step', async (update) => {
        update('half', 0.5);
        return 'done';
      });
    case 'look':
      while (!signal.aborted);
      return 'saw it';
    case 'listen':
      return await new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve('heard it'));
        setInterval(() => {}, 1000);
      });
    case 'hang':
      busyFor(100);
      for (;;);
    case 'refuse':
      throw new InputErrors('two problems', [
        inputError('one', { at: { file: 'a', line: 3 }, hint: 'Mend it.' }),
        inputError('two'),
      ]);
    case 'defect':
      throw new TypeError('a defect');
    default:
      return process.exit(0);
  }
});
