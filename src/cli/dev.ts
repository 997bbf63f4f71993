// `npm run dev`: the same home and settings as `npm start`, with Vite's server in front instead of a build.
import { createServer } from 'vite';
import { log } from '#server/log.ts';
import { startDemo } from './demo.ts';
import { openHomeFor, welcomePersonas } from './home.ts';
import { openSettings, root } from './opening.ts';
import { screenLines } from './screens.ts';

const settings = openSettings();
const home = await openHomeFor(settings, log, 'server');
const isDemoCity = await welcomePersonas(home, settings);
const server = await createServer({
	root,
	server: { port: settings.port, host: settings.host, strictPort: true }
});
await server.listen();
for (const line of screenLines(settings, settings.port, isDemoCity)) console.log(line);
const stopDemo = settings.isDemo ? startDemo(home, log) : async () => {};

let isStopping = false;
async function stop(reason: string): Promise<void> {
	if (isStopping) process.exit(130);
	isStopping = true;
	process.emit('sveltekit:shutdown' as 'exit', reason as never);
	setTimeout(() => process.exit(1), 5_000).unref();
	const ended = Promise.all([server.close(), stopDemo()]);
	await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_000))]);
	await home.close();
	process.exit();
}
process.on('SIGINT', () => void stop('SIGINT'));
process.on('SIGTERM', () => void stop('SIGTERM'));
