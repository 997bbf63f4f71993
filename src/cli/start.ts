// `npm start`: builds what changed while the database opens, refuses to serve when the database would tell strangers
// what it should not, then serves until it is asked to stop.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { DataDirHeld, holderOf } from '#lib/database/embedded/lock.ts';
import { assertNotExposed } from '#lib/database/exposure.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { addressOf } from '#server/settings.ts';
import { errorFacts, log } from '#server/log.ts';
import type { Handler, Running } from '#server/entry.ts';
import { assertPortFree } from '#server/port.ts';
import { buildIfChanged, BuildFailed } from './build.ts';
import { startDemo } from './demo.ts';
import { openHomeFor, welcomePersonas } from './home.ts';
import { giveUp, openSettings, root } from './opening.ts';
import { screenLines } from './screens.ts';

const started = performance.now();
const settings = openSettings();
const out = process.env.BUILD_DIR ?? 'build';
let home: Home | undefined;
let running: Running | undefined;
let build: ReturnType<typeof buildIfChanged> | undefined;
let stopDemo = async () => {};
let isStopping = false;

process.on('SIGINT', () => void stop('SIGINT'));
process.on('SIGTERM', () => void stop('SIGTERM'));
// A wall runs for weeks: one forgotten promise must not blank it. Anything thrown outside one is a broken process.
process.on('unhandledRejection', (reason) => log.error('unhandled', errorFacts(reason)));
process.on('uncaughtException', (error) => {
	log.error('uncaught', errorFacts(error));
	process.exitCode = 1;
	void stop('uncaught');
});

try {
	// Who holds our data says more than who has our port.
	const holder = settings.supabase ? null : await holderOf(settings.dataDir);
	if (holder) throw new DataDirHeld(settings.dataDir, holder);
	await assertPortFree(settings.port, settings.host);
	build = buildIfChanged(root, out, () => console.log('正在构建网页… / Building the web application…'));
	const opening = openHomeFor(settings, log, 'server').then(async (opened) => {
		home = opened;
		await assertNotExposed(opened);
		return welcomePersonas(opened, settings);
	});
	const [isDemoCity] = await Promise.all([opening, build.done]);
	if (isStopping) process.exit(0);

	const { prepareAdapter, serve } = await import('#server/entry.ts');
	prepareAdapter(process.env);
	process.env.NODE_ENV ??= 'production';
	const { handler } = (await import(pathToFileURL(join(root, out, 'handler.js')).href)) as {
		handler: Handler;
	};
	running = await serve(settings, handler);
	await home?.announce(addressOf(settings, running.port));
	console.log(`\n街面 Kerbside  (${((performance.now() - started) / 1000).toFixed(1)} s)`);
	for (const line of screenLines(settings, running.port, isDemoCity)) console.log(line);
	console.log('  停止：Ctrl-C / Stop: Ctrl-C\n');
	if (home && settings.isDemo) stopDemo = startDemo(home, log);
} catch (problem) {
	build?.cancel();
	await home?.close().catch((error: unknown) => log.error('close_failed', errorFacts(error)));
	giveUp(sentenceFor(problem));
}

function sentenceFor(problem: unknown): string {
	if (problem instanceof BuildFailed) return `构建失败 / The build failed:\n${problem.message}`;
	const code = (problem as NodeJS.ErrnoException).code;
	if (code === 'EADDRINUSE') {
		return `端口 ${settings.port} 已被占用，请用 PORT 另选一个。/ Port ${settings.port} is taken; choose another with PORT.`;
	}
	if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
		return `无法监听 / Cannot listen on ${settings.host}:${settings.port} (${code}).`;
	}
	if (!(problem instanceof Error)) return String(problem);
	// Ours are thrown with a sentence for people; the engine's own (a TypeError …) are our mistakes and need their stack.
	return /^(Type|Range|Reference|Syntax)Error$/.test(problem.name)
		? (problem.stack ?? problem.message)
		: problem.message;
}

async function stop(reason: string): Promise<void> {
	if (isStopping) process.exit(130);
	isStopping = true;
	log.info('stopping', { reason });
	build?.cancel();
	// Whatever hangs, a person who pressed Ctrl-C gets their terminal back.
	setTimeout(() => process.exit(process.exitCode ?? 1), 8_000).unref();
	await Promise.all([running?.stop(reason), stopDemo()]);
	await home?.close();
	log.info('stopped');
	process.exit();
}
