// The detector's process: somebody else's model runs here and nowhere else. It is started by detector.server.ts with no
// secrets in its environment and no right to read files but its own and the model's, and takes one picture at a time.
import sharp from 'sharp';
import { armed } from '../studio/armed.ts';
import { loadModel, type Model } from './model.ts';
import type { Job, Message, Setup } from './task.ts';

sharp.cache(false);
sharp.concurrency(1);

// Ctrl-C reaches the whole group of processes: this one ends when its parent lets go of it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());

const tell = (message: Message) => process.send?.(message);
const sentence = (error: unknown) =>
	(error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 500);

process.once('message', async (setup: Setup) => {
	const { megabytes, cpuSeconds } = setup.limits;
	const alarm = armed(megabytes);
	alarm.set(cpuSeconds);
	let model: Model;
	try {
		model = await loadModel(setup);
	} catch (error) {
		tell({ kind: 'faulty', problem: sentence(error) });
		return;
	} finally {
		alarm.clear();
	}
	process.on('message', async ({ id, picture }: Job) => {
		alarm.set(cpuSeconds);
		try {
			tell({ kind: 'found', id, covers: await model.detect(picture) });
		} catch (error) {
			tell({ kind: 'failed', id, problem: sentence(error) });
		} finally {
			alarm.clear();
		}
	});
	tell({ kind: 'ready' });
});
tell({ kind: 'started' });
