import { readPhotoPlace } from '#lib/evidence/photo-place.ts';
import { sha256Of, shrinkPhoto } from '#lib/evidence/shrink.ts';
import { disagreement, placeToSend, type Place } from './place.ts';

export type FixState = 'idle' | 'asking' | 'found' | 'denied' | 'unavailable' | 'insecure';

/** The report being written in this browser: what no plain form field holds. Everything else lives in the form itself. */
export class SnapDraft {
	id = $state('');
	observedAt = $state('');

	/** As it will be sent: shrunk, or the original where this browser cannot decode it. */
	photo = $state.raw<Blob | null>(null);
	preview = $state('');
	isReading = $state(false);
	/** Set once the photo has arrived at the server: then Send carries its name only. */
	sha256 = $state('');
	/** Why the server does not take this photo, in the reader's language; empty while nothing speaks against it. */
	refusal = $state('');
	/** Settles when the photo has arrived or its sending failed; in the latter case Send carries it. */
	arriving: Promise<void> = Promise.resolve();

	pin = $state.raw<Place | null>(null);
	photoPlace = $state.raw<Place | null>(null);
	fix = $state.raw<Place | null>(null);
	preferred = $state<'photo' | 'device' | null>(null);
	fixState = $state<FixState>('idle');

	readonly place = $derived(
		placeToSend({ pin: this.pin, photo: this.photoPlace, fix: this.fix, preferred: this.preferred })
	);
	readonly gap = $derived(this.pin ? null : disagreement({ photo: this.photoPlace, fix: this.fix }));

	#turn = 0;

	constructor(id: string, observedAt: string) {
		this.id = id;
		this.observedAt = observedAt;
	}

	/** Reads the place from the photo's tag before shrinking drops it, then sends the photo while the person writes on. */
	async choosePhoto(file: File): Promise<void> {
		const turn = ++this.#turn;
		this.forgetPhoto();
		this.isReading = true;
		this.observedAt = takenAt(file);
		const [place, small] = await Promise.all([readPhotoPlace(file), shrinkPhoto(file)]);
		if (turn !== this.#turn) return;
		this.isReading = false;
		this.photoPlace = place && { ...place, source: 'photo' };
		this.usePhoto(small);
	}

	usePhoto(photo: Blob): void {
		this.photo = photo;
		this.preview = URL.createObjectURL(photo);
		this.arriving = this.#send(photo, this.#turn);
	}

	forgetPhoto(): void {
		if (this.preview) URL.revokeObjectURL(this.preview);
		this.photo = null;
		this.preview = '';
		this.sha256 = '';
		this.refusal = '';
		this.photoPlace = null;
		this.preferred = null;
	}

	/** Waits for the photo on its way; one that was refused is offered once more, for there may be room by now. */
	async arrive(): Promise<void> {
		await this.arriving;
		if (!this.photo || !this.refusal) return;
		this.refusal = '';
		this.arriving = this.#send(this.photo, this.#turn);
		await this.arriving;
	}

	/** Sends the photo ahead. A refusal is shown at once, and nothing entered goes. */
	async #send(photo: Blob, turn: number): Promise<void> {
		const sha256 = await sha256Of(photo);
		if (!sha256) return;
		try {
			const headers = { 'content-type': photo.type || 'application/octet-stream' };
			const answer = await fetch(`/api/photos/${sha256}`, { method: 'PUT', body: photo, headers });
			if (turn !== this.#turn) return;
			if (answer.ok) this.sha256 = sha256;
			else if ([413, 415, 422, 429].includes(answer.status)) this.refusal = await sentenceIn(answer);
		} catch {
			// No connection now: the photo goes with the form when it is sent.
		}
	}

	/** Asks the phone where it is. The person may be asked for permission, so this follows a tap of theirs. */
	findDevice(): void {
		if (!window.isSecureContext || !navigator.geolocation) {
			this.fixState = 'insecure';
			return;
		}
		this.fixState = 'asking';
		navigator.geolocation.getCurrentPosition(
			({ coords }) => {
				this.fix = {
					lng: coords.longitude,
					lat: coords.latitude,
					accuracy_m: Math.min(Math.round(coords.accuracy), 10_000),
					source: 'device'
				};
				this.fixState = 'found';
			},
			(error) => {
				this.fixState = error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable';
			},
			{ enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 }
		);
	}
}

/** The sentence of a problem document. */
async function sentenceIn(answer: Response): Promise<string> {
	const { detail } = (await answer.json()) as { detail?: unknown };
	return typeof detail === 'string' ? detail : '';
}

/** When the file says it was made, if that is a time a report may claim; else now. */
function takenAt(file: File, now = Date.now()): string {
	const isClaimable = file.lastModified > now - 29 * 86_400_000 && file.lastModified <= now;
	return new Date(isClaimable ? file.lastModified : now).toISOString();
}
