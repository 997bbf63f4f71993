import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Client, TestHome } from './home.ts';

const ANA = 'aaaaaaaa-0000-4000-8000-00000000000a';
const BO = 'bbbbbbbb-0000-4000-8000-00000000000b';
const SHARED = 'probe-shared';
const SEALED = 'probe-sealed';

export function storageSuite(home: () => TestHome): void {
	let ana: Client, bo: Client, anon: Client, server: Client;
	beforeAll(() => {
		ana = home().client(home().tokenOf({ role: 'authenticated', sub: ANA }));
		bo = home().client(home().tokenOf({ role: 'authenticated', sub: BO }));
		anon = home().client();
		server = home().client(home().serviceKey);
	});
	afterEach(() => home().setClock(0));

	const codeOf = ({ error }: { error: unknown }) =>
		Number((error as { statusCode?: string } | null)?.statusCode ?? 0);
	const bytesOf = async (client: Client, bucket: string, path: string) => {
		const { data, error } = await client.storage.from(bucket).download(path);
		return error ? codeOf({ error }) : Buffer.from(await data.arrayBuffer());
	};
	const photo = (size = 5000) => randomBytes(size);
	const image = { contentType: 'image/jpeg' };

	test('bytes come back as they were sent, from a buffer, a blob and a stream', async () => {
		const bytes = photo(300_000);
		const stream = new ReadableStream({
			start(controller) {
				for (let at = 0; at < bytes.length; at += 40_000) controller.enqueue(bytes.subarray(at, at + 40_000));
				controller.close();
			}
		});
		for (const [name, body] of [
			['buffer', bytes],
			['blob', new Blob([bytes], { type: 'image/jpeg' })],
			['stream', stream]
		] as const) {
			const { data, error } = await ana.storage.from(SHARED).upload(`${ANA}/${name}.jpg`, body, image);
			expect(error).toBeNull();
			expect(data).toMatchObject({ path: `${ANA}/${name}.jpg`, fullPath: `${SHARED}/${ANA}/${name}.jpg` });
			expect(bytes.equals((await bytesOf(bo, SHARED, `${ANA}/${name}.jpg`)) as Buffer)).toBe(true);
		}
	});

	test('what is stored can be asked about without fetching it', async () => {
		const bytes = photo();
		const path = `${ANA}/asked.jpg`;
		await ana.storage.from(SHARED).upload(path, bytes, { ...image, metadata: { 街: '金桥路' } });
		const { data } = await bo.storage.from(SHARED).info(path);
		const md5 = createHash('md5').update(bytes).digest('hex');
		expect(data).toMatchObject({ name: path, size: 5000, contentType: 'image/jpeg', etag: `"${md5}"` });
		expect(data?.metadata).toEqual({ 街: '金桥路' });
		expect((await bo.storage.from(SHARED).exists(path)).data).toBe(true);
		expect((await bo.storage.from(SHARED).exists(`${ANA}/other.jpg`)).data).toBe(false);
	});

	test('an empty file is a file', async () => {
		await server.storage.from(SEALED).upload('empty', Buffer.alloc(0));
		expect(await bytesOf(server, SEALED, 'empty')).toEqual(Buffer.alloc(0));
	});

	test('a second upload is a duplicate unless it says it replaces', async () => {
		const [first, second] = [photo(), photo()];
		const path = 'replaced.bin';
		await server.storage.from(SEALED).upload(path, first);
		expect(codeOf(await server.storage.from(SEALED).upload(path, second))).toBe(409);
		expect(first.equals((await bytesOf(server, SEALED, path)) as Buffer)).toBe(true);
		expect((await server.storage.from(SEALED).upload(path, second, { upsert: true })).error).toBeNull();
		expect(second.equals((await bytesOf(server, SEALED, path)) as Buffer)).toBe(true);
	});

	test('an update needs something to update', async () => {
		expect(codeOf(await server.storage.from(SEALED).update('nothing.bin', photo()))).toBe(404);
		await server.storage.from(SEALED).upload('updated.bin', photo());
		const next = photo();
		expect((await server.storage.from(SEALED).update('updated.bin', next)).error).toBeNull();
		expect(next.equals((await bytesOf(server, SEALED, 'updated.bin')) as Buffer)).toBe(true);
	});

	test('twenty uploads of one name at once leave one whole file', async () => {
		const bodies = Array.from({ length: 20 }, () => photo(50_000));
		const answers = await Promise.all(
			bodies.map((body) => server.storage.from(SEALED).upload('raced.bin', body))
		);
		expect(answers.filter(({ error }) => !error)).toHaveLength(1);
		expect(answers.filter((answer) => codeOf(answer) === 409)).toHaveLength(19);
		const winner = bodies[answers.findIndex(({ error }) => !error)]!;
		expect(winner.equals((await bytesOf(server, SEALED, 'raced.bin')) as Buffer)).toBe(true);
	});

	test('the policies judge every hand', async () => {
		const path = `${ANA}/judged.jpg`;
		expect(codeOf(await anon.storage.from(SHARED).upload(path, photo(), image))).toBe(403);
		expect(codeOf(await bo.storage.from(SHARED).upload(path, photo(), image))).toBe(403);
		expect((await ana.storage.from(SHARED).upload(path, photo(), image)).error).toBeNull();
		expect(codeOf(await ana.storage.from(SHARED).upload(path, photo(), { ...image, upsert: true }))).toBe(
			403
		);
		expect(await bytesOf(anon, SHARED, path)).toBe(404);
		expect(codeOf(await anon.storage.from(SHARED).info(path))).toBe(404);
		expect(codeOf(await anon.storage.from(SHARED).createSignedUrl(path, 60))).toBe(404);
		expect((await anon.storage.from(SHARED).list(ANA)).data).toEqual([]);
		expect((await bo.storage.from(SHARED).remove([path])).data).toEqual([]);
		expect(Buffer.isBuffer(await bytesOf(bo, SHARED, path))).toBe(true);
		expect((await ana.storage.from(SHARED).remove([path])).data).toHaveLength(1);
		expect(await bytesOf(ana, SHARED, path)).toBe(404);
	});

	test('a refused upload leaves no bytes', async () => {
		const before = await filesOf(home().storageDirectory);
		await bo.storage.from(SHARED).upload(`${ANA}/refused.jpg`, photo(), image);
		await server.storage.from('no-such-bucket').upload('x', photo());
		await server.storage.from(SHARED).upload('page.html', '<script>', { contentType: 'text/html' });
		expect(await filesOf(home().storageDirectory)).toEqual(before);
	});

	test('nobody but the server reaches a sealed bucket', async () => {
		await server.storage.from(SEALED).upload('ab/sealed', photo());
		for (const client of [ana, anon]) {
			expect(await bytesOf(client, SEALED, 'ab/sealed')).toBe(404);
			expect(codeOf(await client.storage.from(SEALED).upload('ab/other', photo()))).toBe(403);
			expect((await client.storage.from(SEALED).remove(['ab/sealed'])).data).toEqual([]);
		}
		expect(Buffer.isBuffer(await bytesOf(server, SEALED, 'ab/sealed'))).toBe(true);
	});

	test('removed files are gone from the disk, with the folders they emptied', async () => {
		await server.storage.from(SEALED).upload('gone/deep/er.bin', photo());
		expect(await filesOf(home().storageDirectory)).toContain('probe-sealed/gone/deep/er.bin');
		const { data } = await server.storage.from(SEALED).remove(['gone/deep/er.bin', 'gone/never.bin']);
		expect(data?.map((one) => one.name)).toEqual(['gone/deep/er.bin']);
		expect(await filesOf(home().storageDirectory)).not.toContain('probe-sealed/gone/deep/er.bin');
		expect(await readdir(join(home().storageDirectory, SEALED))).not.toContain('gone');
	});

	test('a folder lists its files and folders, sorted and in pages', async () => {
		for (const name of ['b.jpg', 'a.jpg', 'c/one.jpg', 'c/two.jpg', '100%.jpg'.replace('%', '+')]) {
			await server.storage.from(SEALED).upload(`listed/${name}`, photo(10), image);
		}
		const names = async (options?: object) =>
			(await server.storage.from(SEALED).list('listed', options)).data!.map(({ name, id }) =>
				id ? name : `${name}/`
			);
		expect(await names()).toEqual(['c/', '100+.jpg', 'a.jpg', 'b.jpg']);
		expect(await names({ sortBy: { column: 'name', order: 'desc' } })).toEqual([
			'c/',
			'b.jpg',
			'a.jpg',
			'100+.jpg'
		]);
		expect(await names({ limit: 2, offset: 1 })).toEqual(['100+.jpg', 'a.jpg']);
		expect(await names({ search: 'B.' })).toEqual(['b.jpg']);
		expect((await server.storage.from(SEALED).list('listed/c')).data!.map(({ name }) => name)).toEqual([
			'one.jpg',
			'two.jpg'
		]);
		expect((await server.storage.from(SEALED).list('lis')).data).toEqual([]);
	});

	test('a signed link opens one file, for its time', async () => {
		const bytes = photo();
		await server.storage.from(SEALED).upload('linked/a b.jpg', bytes, image);
		const { data } = await server.storage.from(SEALED).createSignedUrl('linked/a b.jpg', 60);
		const open = (url: string) => home().fetch(url);
		const response = await open(data!.signedUrl);
		expect(response.headers.get('content-type')).toBe('image/jpeg');
		expect(response.headers.get('x-content-type-options')).toBe('nosniff');
		expect(bytes.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);

		await server.storage.from(SEALED).upload('linked/other.jpg', photo(), image);
		const other = data!.signedUrl.replace('a%20b.jpg', 'other.jpg');
		expect(other).not.toBe(data!.signedUrl);
		for (const url of [
			other,
			`${data!.signedUrl.slice(0, -4)}AAAA`,
			data!.signedUrl.replace(/token=.*/, 'token=')
		]) {
			expect((await open(url)).status).toBe(400);
		}
		home().setClock(61);
		expect((await open(data!.signedUrl)).status).toBe(400);
	});

	test('a token for signing in is no link, and a link is no token for signing in', async () => {
		await server.storage.from(SEALED).upload('crossed', photo());
		const base = `${home().url}/storage/v1/object/sign/${SEALED}/crossed?token=`;
		const forged = home().tokenOf({ url: `${SEALED}/crossed`, role: 'authenticated' });
		expect((await home().fetch(base + forged)).status).toBe(400);
		const { data } = await server.storage.from(SEALED).createSignedUrl('crossed', 60);
		const token = new URL(data!.signedUrl).searchParams.get('token')!;
		expect((await home().client(token).rpc('probe_whoami')).status).toBe(401);
	});

	test('links to many files name those that are not there', async () => {
		await server.storage.from(SEALED).upload('many/one', photo());
		const { data } = await server.storage.from(SEALED).createSignedUrls(['many/one', 'many/none'], 60);
		expect(data?.map(({ path, error }) => [path, error === null])).toEqual([
			['many/one', true],
			['many/none', false]
		]);
	});

	test.each([
		'../outside',
		'a/../../outside',
		'a//b',
		'/absolute',
		'.hidden',
		'a/.hidden',
		'a\\b',
		'a\u0000b',
		'a\nb',
		'a%2f..%2f..%2fb',
		'..%2f..%2foutside',
		'C:/x',
		'a'.repeat(201),
		'路/b',
		''
	])('the name %j is refused', async (name) => {
		const url = `${home().url}/storage/v1/object/${SEALED}/${name.split('/').map(encodeURIComponent).join('/')}`;
		for (const method of ['POST', 'GET']) {
			const response = await home().fetch(url, {
				method,
				headers: { apikey: home().serviceKey, authorization: `Bearer ${home().serviceKey}` },
				...(method === 'POST' && { body: 'x' })
			});
			expect(response.status).toBeGreaterThanOrEqual(400);
			expect(response.status).toBeLessThan(500);
			await response.arrayBuffer();
		}
	});

	test.each(['../originals', '.incoming', 'UPPER', 'a/b', 'x'.repeat(64), ''])(
		'the bucket name %j is refused',
		async (name) => {
			expect((await server.storage.createBucket(name)).error).not.toBeNull();
		}
	);

	test('a name cannot be a file and a folder', async () => {
		await server.storage.from(SEALED).upload('either', photo());
		expect((await server.storage.from(SEALED).upload('either/or', photo())).error).not.toBeNull();
		await server.storage.from(SEALED).upload('folder/file', photo());
		expect((await server.storage.from(SEALED).upload('folder', photo())).error).not.toBeNull();
		expect(Buffer.isBuffer(await bytesOf(server, SEALED, 'either'))).toBe(true);
	});

	test('twenty megabytes pass and one byte more does not', async () => {
		const most = 20 * 1024 * 1024;
		expect((await server.storage.from(SEALED).upload('most', Buffer.alloc(most, 7))).error).toBeNull();
		expect((await server.storage.from(SEALED).info('most')).data?.size).toBe(most);
		expect(codeOf(await server.storage.from(SEALED).upload('more', Buffer.alloc(most + 1)))).toBe(413);
		expect(codeOf(await server.storage.from(SEALED).upload('more', new Blob([Buffer.alloc(most + 1)])))).toBe(
			413
		);
		expect((await server.storage.from(SEALED).exists('more')).data).toBe(false);
	}, 30_000);

	test('a bucket’s own limits hold', async () => {
		expect(codeOf(await ana.storage.from(SHARED).upload(`${ANA}/big.jpg`, photo(1_048_577), image))).toBe(
			413
		);
		const html = { contentType: 'text/html' };
		expect(codeOf(await ana.storage.from(SHARED).upload(`${ANA}/page.html`, '<p>', html))).toBe(415);
	});

	test('only the server makes buckets, and none is public', async () => {
		expect(codeOf(await ana.storage.createBucket('by-ana'))).toBe(403);
		expect((await server.storage.createBucket('open', { public: true })).error).not.toBeNull();
		expect(
			(await server.storage.createBucket('made', { public: false, fileSizeLimit: '1MB' })).error
		).toBeNull();
		expect(codeOf(await server.storage.createBucket('made'))).toBe(409);
		expect((await server.storage.getBucket('made')).data).toMatchObject({
			id: 'made',
			file_size_limit: 1048576
		});
		expect((await server.storage.listBuckets()).data!.map(({ id }) => id)).toContain('made');
		expect((await anon.storage.listBuckets()).data).toEqual([]);
	});

	test('without a key, or with a stale token, nothing answers', async () => {
		const past = Math.floor(Date.now() / 1000) - 7200;
		const stale = home().client(
			home().tokenOf({ role: 'authenticated', sub: ANA, iat: past, exp: past + 60 })
		);
		expect(codeOf(await stale.storage.from(SHARED).info(`${ANA}/asked.jpg`))).toBe(403);
		const bare = await home().fetch(`${home().url}/storage/v1/object/${SHARED}/${ANA}/asked.jpg`);
		expect([400, 401]).toContain(bare.status);
	});
}

async function filesOf(directory: string): Promise<string[]> {
	const entries = await readdir(directory, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile());
	return files.map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1)).sort();
}
