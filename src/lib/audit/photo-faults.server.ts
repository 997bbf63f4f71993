import { createHash } from 'node:crypto';
import { call, type Client } from '#lib/database/client.server.ts';
import { readOriginal } from '#lib/evidence/photos.server.ts';

export interface PhotoAudit {
	checked: number;
	/** `missing`: the record stands, the bytes do not; `changed`: they are not what they were named after. */
	faults: { sha256: string; kind: 'missing' | 'changed' }[];
}

const pageRows = 1000;

/** Reads every sealed original and hashes it again. O(photos) time, one photo in memory. */
export async function photoFaults(
	client: Client,
	onProgress: (done: number, of: number) => void = () => {}
): Promise<PhotoAudit> {
	const audit: PhotoAudit = { checked: 0, faults: [] };
	for (let after = ''; ;) {
		const { photos } = await call<{ photos: [string, number][] }>(client, 'photo_list', {
			after,
			max_rows: pageRows
		});
		for (const [sha256, size] of photos) {
			const bytes = await readOriginal(client, sha256);
			if (!bytes) audit.faults.push({ sha256, kind: 'missing' });
			else if (bytes.length !== size || createHash('sha256').update(bytes).digest('hex') !== sha256)
				audit.faults.push({ sha256, kind: 'changed' });
			audit.checked += 1;
			onProgress(audit.checked, audit.checked);
		}
		if (photos.length < pageRows) return audit;
		after = photos.at(-1)![0];
	}
}
