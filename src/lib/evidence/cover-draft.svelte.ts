import {
	boxInTheMiddle,
	grown,
	isCoveredBy,
	MAX_COVERS,
	moved,
	pulled,
	SMALLEST,
	tidy,
	usefulSuggestions,
	type Cover,
	type Handle,
	type SuggestedCover
} from './covers.ts';

export interface Box extends Cover {
	id: number;
}

/** yours: drawn by this person before somebody else's judgement came between. */
export interface Suggestion extends Box {
	kind: SuggestedCover['kind'] | 'yours';
}

/** Steps with the keys within this time count as one. */
const sameGestureMs = 1200;

/**
 * The covers of one photo while a person works on them: what is drawn, what is only suggested, which box has the
 * focus, and the way back step by step.
 */
export class CoverDraft {
	boxes = $state.raw<readonly Box[]>([]);
	suggestions = $state.raw<readonly Suggestion[]>([]);
	/** The box that keys and handles act on. */
	selected = $state<number | null>(null);
	#past = $state.raw<readonly (readonly Box[])[]>([]);
	#ids = 0;
	#gesture = '';
	#gestureAt = 0;

	constructor(covers: readonly Cover[] = []) {
		this.replace(covers);
	}

	/** Begins anew from these covers. */
	replace(covers: readonly Cover[]): void {
		this.boxes = covers.map((cover) => this.#numbered(cover));
		this.#past = [];
		this.selected = null;
	}

	get covers(): Cover[] {
		return this.boxes.map(({ x, y, w, h }) => ({ x, y, w, h }));
	}

	get isFull(): boolean {
		return this.boxes.length >= MAX_COVERS;
	}

	get canUndo(): boolean {
		return this.#past.length > 0;
	}

	/** Null when there are as many as may be. `gesture`: what goes on with this box is undone together with it. */
	add(cover: Cover, gesture = ''): Box | null {
		if (this.isFull) return null;
		const box = this.#numbered(tidy(cover));
		this.#change(gesture, [...this.boxes, box]);
		this.selected = box.id;
		return box;
	}

	addInTheMiddle(ratio: number, view: Cover): Box | null {
		return this.add(boxInTheMiddle(this.boxes, ratio, view));
	}

	/** `gesture`: steps of one drag, or keys in quick succession, are undone together. */
	move(id: number, dx: number, dy: number, gesture = `move ${id}`): void {
		this.#edit(id, gesture, (box) => moved(box, dx, dy));
	}

	grow(id: number, dx: number, dy: number): void {
		this.#edit(id, `grow ${id}`, (box) => grown(box, dx, dy));
	}

	/** As `from` was when the drag began, moved or pulled by the whole way since. */
	drag(id: number, from: Cover, handle: Handle | null, dx: number, dy: number, gesture: string): void {
		this.#edit(id, gesture, () => (handle ? pulled(from, handle, dx, dy) : moved(from, dx, dy)));
	}

	resize(id: number, cover: Cover, gesture: string): void {
		this.#edit(id, gesture, () => tidy(cover));
	}

	remove(id: number): void {
		const at = this.boxes.findIndex((box) => box.id === id);
		if (at < 0) return;
		const rest = this.boxes.filter((box) => box.id !== id);
		this.#change('', rest);
		this.selected = (rest[at] ?? rest[at - 1])?.id ?? null;
	}

	removeAll(): void {
		if (this.boxes.length > 0) this.#change('', []);
		this.selected = null;
	}

	undo(): void {
		const before = this.#past.at(-1);
		if (!before) return;
		this.#past = this.#past.slice(0, -1);
		this.boxes = before;
		this.#gesture = '';
		if (!before.some((box) => box.id === this.selected)) this.selected = null;
	}

	/** What a detector found; what is covered already is not suggested. */
	suggest(found: readonly SuggestedCover[]): void {
		const yours = this.suggestions.filter(({ kind }) => kind === 'yours');
		const useful = usefulSuggestions(found, [...this.covers, ...yours]);
		this.suggestions = [...yours, ...useful.map((one) => ({ ...this.#numbered(one), kind: one.kind }))];
	}

	/** Covers that this person drew and that the present ones do not have: not lost, only not applied. */
	suggestOwn(covers: readonly Cover[]): void {
		const own = covers.filter((cover) => !isCoveredBy(cover, this.boxes));
		const rest = this.suggestions.filter((one) => !own.some((cover) => isCoveredBy(one, [cover])));
		this.suggestions = [
			...own.map((cover) => ({ ...this.#numbered(cover), kind: 'yours' as const })),
			...rest
		];
	}

	/** A suggestion becomes a cover like any other. */
	accept(id: number): Box | null {
		const found = this.suggestions.find((one) => one.id === id);
		if (!found) return null;
		const box = this.add(found);
		if (box) this.dismiss(id);
		return box;
	}

	acceptAll(): number {
		const room = MAX_COVERS - this.boxes.length;
		const accepted = this.suggestions.slice(0, room);
		if (accepted.length === 0) return 0;
		this.#change('', [...this.boxes, ...accepted.map((one) => this.#numbered(one))]);
		this.suggestions = this.suggestions.slice(room);
		return accepted.length;
	}

	dismiss(id: number): void {
		this.suggestions = this.suggestions.filter((one) => one.id !== id);
	}

	dismissAll(): void {
		this.suggestions = [];
	}

	/** Ends a drag; what was too small to be meant is taken back. */
	endDrawing(id: number): boolean {
		const box = this.boxes.find((one) => one.id === id);
		this.#gesture = '';
		if (!box || box.w > SMALLEST * 1.5 || box.h > SMALLEST * 1.5) return true;
		this.undo();
		return false;
	}

	#numbered({ x, y, w, h }: Cover): Box {
		return { id: (this.#ids += 1), x, y, w, h };
	}

	#edit(id: number, gesture: string, change: (box: Box) => Cover): void {
		const boxes = this.boxes.map((box) => (box.id === id ? { ...change(box), id } : box));
		this.#change(gesture, boxes);
	}

	#change(gesture: string, boxes: readonly Box[]): void {
		const now = Date.now();
		const isSame = gesture !== '' && gesture === this.#gesture && now - this.#gestureAt < sameGestureMs;
		const isDrag = gesture.startsWith('drag') && gesture === this.#gesture;
		if (!isSame && !isDrag) this.#past = [...this.#past.slice(-99), this.boxes];
		this.#gesture = gesture;
		this.#gestureAt = now;
		this.boxes = boxes;
	}
}
