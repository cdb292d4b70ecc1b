// `millrace mcp`: the commands as tools of the Model Context Protocol, on standard input and output.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { CommandModule } from 'yargs';
import { interruptible } from './interrupt.js';
import { addTools } from './mcp-tools.js';
import { version } from './version.js';

export const mcpCommand: CommandModule<object, object> = {
  builder: (yargs) =>
    yargs
      .example('$0 mcp', 'For an agent’s configuration: the command that starts the server')
      .epilog(
        'Speaks the Model Context Protocol on standard input and output, and ends when its input does. ' +
          'Cases, runs and trees are those of the working directory and of this user. docs/mcp.md lists the tools.',
      ),
  handler: async () => {
    await interruptible(async (signal) => {
      const handle = serveStdio(() => {
        const server = new McpServer({ name: 'millrace', version: version() });
        addTools(server);
        return server;
      });
      await new Promise<void>((done) => {
        process.stdin.once('end', done);
        process.stdin.once('close', done);
        signal.addEventListener('abort', () => done(), { once: true });
      });
      await handle.close();
    });
  },
};
