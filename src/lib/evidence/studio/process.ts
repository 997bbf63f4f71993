// The decoding process: foreign bytes meet native decoders here and nowhere else. It is started by studio.server.ts with
// no secrets in its environment and no right to read files but the program's own, and takes one job at a time.
import sharp from 'sharp';
import { armed } from './armed.ts';
import { readClaims } from './claims.ts';
import { makePictures } from './pictures.ts';
import {
	TooHeavy,
	type Job,
	type Limits,
	type Message,
	type Refusal,
	type Results,
	type Task
} from './task.ts';

// libvips can open some twenty formats; the allow-list is what phones and browsers make. GIF, TIFF, SVG, PDF and AVIF
// have no decoder here, whatever a file calls itself.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
	operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer']
});
sharp.cache(false);
sharp.concurrency(1);

// Ctrl-C reaches the whole group of processes: this one ends when its parent lets go of it, and finishes its job first.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());

const limits = JSON.parse(process.argv[2] ?? '') as Limits;
const alarm = armed(limits.megabytes);
process.on('message', (job: Job) => {
	void answer(job).then((message) => process.send?.(message satisfies Message));
});
process.send?.({ ready: true } satisfies Message);

async function answer({ id, task, bytes }: Job): Promise<Message> {
	alarm.set(limits.cpuSeconds[task.name]);
	try {
		return { id, result: await perform(task, bytes), rss: process.memoryUsage.rss() };
	} catch (error) {
		const refusal: Refusal = error instanceof TooHeavy ? 'photo_too_heavy' : 'photo_unreadable';
		return { id, refusal, rss: process.memoryUsage.rss() };
	} finally {
		alarm.clear();
	}
}

async function perform(task: Task, bytes: Uint8Array): Promise<Results[Task['name']]> {
	return task.name === 'claims'
		? readClaims(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), task.type, task.timeZone)
		: makePictures(bytes, task);
}
