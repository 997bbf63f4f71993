import { BrushDesk, type Said, type Wish } from './desk.ts';

const desk = new BrushDesk();
const say = (said: Said) => postMessage(said);

addEventListener('message', ({ data }: MessageEvent<Wish>) => {
	desk
		.answer(data, (told) => say({ id: data.id, told }))
		.then(
			(answer) => say({ id: data.id, answer }),
			(error: unknown) => say({ id: data.id, failed: String(error) })
		);
});
