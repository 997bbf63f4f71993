// The only way a photo leaves the house: a picture made from the sealed original with a person's covers in it, under an
// address that lasts until the next judgement. The database is asked every time; what is kept here decides nothing.
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import type { Cover } from './covers.ts';
import { LARGE, renderCovered, SMALL } from './derivative.server.ts';
import { keepObject, readObject, readOriginal, removeObject } from './photos.server.ts';
import type { PictureSize } from './photos.server.ts';

const PUBLISHED = 'published';
const folderOf = (sha256: string) => `${sha256.slice(0, 2)}/${sha256}`;
const nameOf = (revision: number, size: PictureSize) => `${revision}${size === 'small' ? '.small' : ''}.webp`;

interface Published {
	sha256: string;
	revision: number;
	covers: Cover[];
}

const rendering = new Map<string, Promise<Buffer>>();

/**
 * What the public sees under this address. Whatever is wrong (no such address, an old one, withheld, its case voided, a
 * picture that cannot be made) is the same 404.
 */
export async function publishedPhoto(
	publicId: string,
	size: PictureSize,
	home: Home = getHome()
): Promise<Buffer> {
	const service = serviceClient(home);
	const photo = await ask(service, publicId);
	const path = `${folderOf(photo.sha256)}/${nameOf(photo.revision, size)}`;
	return (await readObject(service, PUBLISHED, path)) ?? renderOnce(service, publicId, photo, size, path);
}

async function ask(service: Client, publicId: string): Promise<Published> {
	if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(publicId)) throw new ApiProblem(404, 'not_found');
	return call<Published>(service, 'public_photo', { public_id: publicId }, { isRead: true });
}

/** However many ask for a new picture, it is rendered once. */
function renderOnce(
	service: Client,
	publicId: string,
	photo: Published,
	size: PictureSize,
	path: string
): Promise<Buffer> {
	const running = rendering.get(path);
	if (running) return running;
	const work = render(service, publicId, photo, size, path).finally(() => rendering.delete(path));
	rendering.set(path, work);
	return work;
}

async function render(
	service: Client,
	publicId: string,
	photo: Published,
	size: PictureSize,
	path: string
): Promise<Buffer> {
	const original = await readOriginal(service, photo.sha256);
	if (!original) throw new ApiProblem(404, 'not_found');
	const picture = await renderCovered(original, photo.covers, size === 'small' ? SMALL : LARGE).catch(
		(problem: unknown) => {
			if (problem instanceof ApiProblem && problem.status === 422) throw new ApiProblem(404, 'not_found');
			throw problem;
		}
	);
	await keepObject(service, PUBLISHED, path, picture, 'image/webp');
	try {
		// Rendering takes a moment, and in that moment somebody may have judged anew: then this picture is nobody's.
		await ask(service, publicId);
	} catch (problem) {
		await removeObject(service, PUBLISHED, path);
		throw problem;
	}
	return picture;
}

/** After a judgement: removes what was published of this photo under an earlier one. */
export async function forgetOlder(sha256: string, revision: number, home: Home = getHome()): Promise<void> {
	const service = serviceClient(home);
	const { data, error } = await service.storage.from(PUBLISHED).list(folderOf(sha256), { limit: 1000 });
	if (error) throw new ApiProblem(503, 'unreachable', {}, { cause: error });
	const kept = [nameOf(revision, 'large'), nameOf(revision, 'small')];
	const older = data.map(({ name }) => name).filter((name) => !kept.includes(name));
	if (older.length === 0) return;
	await removeObject(service, PUBLISHED, ...older.map((name) => `${folderOf(sha256)}/${name}`));
}
