import type { TakenClaims } from '#lib/evidence/prepare-photo.ts';

export const SKIP_REASONS = ['unsafe', 'no_room', 'same_view', 'other'] as const;
/** Why there is no photo of the surroundings. */
export type SkipReason = (typeof SKIP_REASONS)[number];

/** A report claims no time before this many days: an hour less than thirty is the most there may be. */
const CLAIMABLE_MS = 29 * 86_400_000;

/** One of a report's two photos, from the tap that chose it until the server has it. */
export class SnapPhoto {
	readonly role: 'near' | 'wide';

	/** As it will be sent: shrunk and without tags, or the original where this browser cannot decode it. */
	blob = $state.raw<Blob | null>(null);
	/** What the photo said of itself before it was shrunk. */
	claims = $state.raw<TakenClaims>({});
	preview = $state('');
	isReading = $state(false);
	isFromAlbum = $state(false);
	/** The server has it: it need not be sent again. */
	hasArrived = $state(false);
	/** Why this is no photo that can be sent, in the reader's language. */
	refusal = $state('');
	/** When it was taken, as well as that is known. */
	takenAt: string | null = null;
	/** Settles when the photo is ready to be sent, or is not going to be. */
	reading: Promise<void> = Promise.resolve();

	#turn = 0;
	#sending: AbortController | null = null;

	constructor(role: 'near' | 'wide') {
		this.role = role;
	}

	choose(file: File, isFromAlbum: boolean): Promise<void> {
		this.forget();
		this.isFromAlbum = isFromAlbum;
		this.isReading = true;
		return (this.reading = this.#read(file, this.#turn));
	}

	async #read(file: File, turn: number): Promise<void> {
		try {
			const { preparePhoto } = await import('#lib/evidence/prepare-photo.ts');
			const { blob, claims } = await preparePhoto(file);
			if (turn !== this.#turn) return;
			this.takenAt = takenAt(claims.taken_at, file.lastModified);
			this.use(blob, claims);
		} catch (problem) {
			const { faultOf } = await import('./photo-fault.ts');
			if (turn === this.#turn) this.refusal = faultOf(problem);
		} finally {
			if (turn === this.#turn) this.isReading = false;
		}
	}

	use(blob: Blob, claims: TakenClaims, hasArrived = false): void {
		this.blob = blob;
		this.claims = claims;
		this.hasArrived = hasArrived;
		this.preview = URL.createObjectURL(blob);
		if (!hasArrived) void this.#sendAhead(blob, this.#turn);
	}

	forget(): void {
		this.#turn += 1;
		this.#sending?.abort();
		if (this.preview) URL.revokeObjectURL(this.preview);
		this.blob = null;
		this.claims = {};
		this.preview = '';
		this.isReading = false;
		this.hasArrived = false;
		this.refusal = '';
		this.takenAt = null;
	}

	/** Send has been pressed: from here on the outbox sees to the bytes. */
	stopSending(): void {
		this.#sending?.abort();
	}

	/** Sends the photo while the person writes on, so that little is left to do at Send. A refusal is shown at once. */
	async #sendAhead(blob: Blob, turn: number): Promise<void> {
		if (!navigator.onLine) return;
		const sending = (this.#sending = new AbortController());
		try {
			const { sha256Of } = await import('#lib/evidence/prepare-photo.ts');
			const sha256 = await sha256Of(blob);
			if (!sha256 || turn !== this.#turn) return;
			const headers = { 'content-type': blob.type || 'application/octet-stream' };
			const answer = await fetch(`/api/photos/${sha256}`, {
				method: 'PUT',
				body: blob,
				headers,
				signal: sending.signal
			});
			// Read to its end, or stopping it later would look like a photo that did not arrive.
			const sentence = await sentenceIn(answer);
			if (turn !== this.#turn) return;
			this.hasArrived = answer.ok;
			if ([413, 415, 422].includes(answer.status)) this.refusal = sentence;
		} catch {
			// No connection now: the outbox sends the photo with the report.
		}
	}
}

/** The sentence of a problem document; empty for any other answer. */
async function sentenceIn(answer: Response): Promise<string> {
	const { detail } = (await answer.json()) as { detail?: unknown };
	return typeof detail === 'string' ? detail : '';
}

/** The photo's own word for when, else the file's, if that is a time a report may claim; else now. */
function takenAt(claimed: string | undefined, lastModified: number, now = Date.now()): string {
	const at = [Date.parse(claimed ?? ''), lastModified].find((one) => one > now - CLAIMABLE_MS && one <= now);
	return new Date(at ?? now).toISOString();
}
