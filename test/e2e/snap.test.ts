import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoDistrict } from '#lib/city/demo/district.ts';
import { complaintsOfAxe, WCAG } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { FLAGS, missingBrowser, openBrowser } from '#test/support/browser.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { findTools } from '#test/support/tools.ts';

// A street of the demo city, and a point about 330 m east of it.
const here = { lng: 119.46, lat: 32.79 };
const there = { lng: 119.4635, lat: 32.79 };
const carWash = '0551';

/** A photo as a phone makes it: with its place, its owner's name and an orientation; no two are alike. */
async function photoAt(place?: { lng: number; lat: number }): Promise<Buffer> {
	const parts = (v: number) =>
		`${Math.floor(v)}/1 ${Math.floor((v % 1) * 60)}/1 ${Math.round((((v % 1) * 60) % 1) * 600_000)}/10000`;
	const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
	const grain = sharp({ create: { width: 150, height: 75, channels: 3, background: '#5a7', noise } });
	return sharp(await grain.png().toBuffer())
		.resize(3000, 1500)
		.withExif({
			IFD0: { Artist: 'Somebody Private' },
			...(place && {
				IFD3: {
					GPSLatitudeRef: 'N',
					GPSLatitude: parts(place.lat),
					GPSLongitudeRef: 'E',
					GPSLongitude: parts(place.lng)
				}
			})
		})
		.jpeg()
		.toBuffer();
}

/*
 * Journey 1: a person at the kerb, with a bad signal or none, with and without scripts, hands and eyes.
 */
describe.skipIf(missingBrowser !== null)('a snapshot', () => {
	let app: App;
	let browser: Browser;

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000, environment: { INTAKE_LIMITS: 'on' } });
		browser = await openBrowser(['--host-resolver-rules=MAP 10.9.9.9 127.0.0.1']);
	}, 300_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
	}, 60_000);

	const phone: BrowserContextOptions = {
		viewport: { width: 390, height: 844 },
		isMobile: true,
		hasTouch: true,
		locale: 'en'
	};
	const standingAt = ({ lng, lat }: typeof here, accuracy = 12): BrowserContextOptions => ({
		geolocation: { longitude: lng, latitude: lat, accuracy },
		permissions: ['geolocation']
	});

	async function onPhone(options: BrowserContextOptions = {}): Promise<Page> {
		const context = await browser.newContext({ ...phone, ...options });
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		return page;
	}

	async function openSnap(options: BrowserContextOptions = {}): Promise<Page> {
		const page = await onPhone(options);
		await page.goto(`${app.url}/snap`);
		await page.locator('form[data-ready]').waitFor();
		return page;
	}

	async function take(page: Page, name: 'photo' | 'photo_album' | 'wide', buffer: Buffer): Promise<void> {
		await page
			.locator(`input[name=${name}]`)
			.setInputFiles({ name: 'kerb.jpg', mimeType: 'image/jpeg', buffer });
	}
	const ready = (page: Page) => page.getByText(/^Ready \(\d+ KB\)$/);
	const skipWide = (page: Page) => page.getByLabel('The close one shows it').check();
	const tile = (page: Page, category = carWash) => page.locator(`label:has(input[value="${category}"])`);
	const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true });
	const source = (page: Page) => page.locator('section.place').getAttribute('data-source');
	const placed = (page: Page, by: string) => page.locator(`section.place[data-source=${by}]`).waitFor();
	const street = (page: Page) => page.getByLabel('Street, or a shared location');

	async function codesOn(page: Page): Promise<{ code: string; pin: string }> {
		await page.getByRole('heading', { name: 'Received, thank you!' }).waitFor();
		const [code = '', pin = ''] = await page.locator('dl.codes dd').allInnerTexts();
		expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}$/);
		expect(pin).toMatch(/^\d{6}$/);
		return { code, pin };
	}

	async function expectNoOverflow(page: Page): Promise<void> {
		const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
		expect(wide).toBeLessThanOrEqual(shown!);
	}

	async function expectAccessible(page: Page): Promise<void> {
		expect(await complaintsOfAxe(page, { tags: WCAG })).toEqual([]);
	}

	async function asStaff(persona: string) {
		const context = await browser.newContext({ locale: 'en' });
		await signInUnseen(context, app.url, { persona });
		return context;
	}

	it('sent without a network survives the browser, goes once, and leaves no trace in its picture', async () => {
		const profile = await mkdtemp(join(tmpdir(), 'kerbside-profile-'));
		const open = () =>
			chromium.launchPersistentContext(profile, {
				...phone,
				...standingAt(here),
				executablePath: findTools().chromium!,
				args: FLAGS,
				serviceWorkers: 'allow'
			});
		let reports = 0;
		const shas = new Set<string>();
		try {
			const first = await open();
			const page = first.pages()[0] ?? (await first.newPage());
			await page.goto(`${app.url}/snap`);
			await page.locator('form[data-ready]').waitFor();
			await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
			await page.waitForFunction(
				async () => (await caches.keys()).some((name) => name.startsWith('kerbside-shell-')),
				null,
				{ timeout: 30_000 }
			);
			await first.setOffline(true);
			await page.reload();
			await page.locator('form[data-ready]').waitFor();
			await take(page, 'photo', await photoAt());
			await take(page, 'wide', await photoAt());
			await expect.poll(() => ready(page).count(), { timeout: 30_000 }).toBe(2);
			await placed(page, 'device');
			await tile(page).click();
			await page.getByLabel(/Anything to add/).fill('Every evening');
			await send(page).dblclick();
			await page.getByRole('heading', { name: 'It is kept on this phone' }).waitFor();
			await first.close();

			const second = await open();
			const again = second.pages()[0] ?? (await second.newPage());
			again.on('request', (request) => {
				if (request.method() === 'POST' && request.url().endsWith('/snap/reports')) reports += 1;
				const sha256 = /\/api\/photos\/([0-9a-f]{64})$/.exec(request.url())?.[1];
				if (sha256) shas.add(sha256);
			});
			const answers: number[] = [];
			again.on('response', (response) => {
				if (response.url().endsWith('/snap/reports')) answers.push(response.status());
			});
			await again.goto(`${app.url}/snap`);
			await expect.poll(() => answers.filter((status) => status < 300).length, { timeout: 30_000 }).toBe(1);
			await expect
				.poll(() => again.evaluate(countEntries), { timeout: 20_000 })
				.toEqual({ entries: 0, receipts: 1 });
			await again.reload();
			expect(answers.filter((status) => status < 300)).toEqual([201]);
			await second.close();
		} finally {
			await rm(profile, { recursive: true, force: true });
		}
		expect(reports).toBeGreaterThan(0);
		expect(shas.size).toBe(2);

		const staff = await asStaff('registrar');
		for (const sha256 of shas) {
			const look = () => staff.request.get(`${app.url}/photos/${sha256}`);
			await expect.poll(async () => (await look()).status(), { timeout: 20_000 }).toBe(200);
			const shown = await (await look()).body();
			expect(await tagsOf(shown)).toEqual([]);
			expect(shown.includes('Somebody Private')).toBe(false);
		}
		await staff.close();
	}, 120_000);

	it('says when photo and phone disagree, and two taps on Send make one report', async () => {
		const page = await openSnap(standingAt(here));
		const sent: number[] = [];
		page.on('response', (answer) => {
			if (answer.url().endsWith('/snap/reports') && answer.ok()) sent.push(answer.status());
		});
		await take(page, 'photo_album', await photoAt(there));
		await page.getByText(/about 330 m from where this phone is now/).waitFor();
		expect(await source(page)).toBe('photo');
		await page.getByLabel('Where this phone is now').check();
		expect(await source(page)).toBe('device');
		await page.getByText(/within about 12 m: good enough/).waitFor();
		await skipWide(page);
		await tile(page).click();
		await send(page).dblclick();
		const { code, pin } = await codesOn(page);
		expect(sent).toEqual([201]);

		await page.reload();
		expect(await codesOn(page)).toEqual({ code, pin });
		await page.getByRole('button', { name: 'QR code' }).click();
		await page
			.getByRole('img', { name: `QR code of query code ${code}, to scan with another phone` })
			.waitFor();
		await expectAccessible(page);
		await page.getByRole('button', { name: 'Follow it' }).click();
		await page.getByText('Received, waiting for a decision').waitFor();
		expect(page.url()).not.toContain(code);
		expect(page.url()).not.toContain(pin);
		await page.context().close();
	}, 90_000);

	it('without any script keeps every word and the photo, and waits for somebody on site', async () => {
		const page = await onPhone({ javaScriptEnabled: false });
		await page.goto(`${app.url}/snap`);
		await expectNoOverflow(page);
		await take(page, 'photo', await photoAt());
		await street(page).fill('Jinqiao');
		await page.getByLabel(/Anything to add/).fill('Every evening');
		await send(page).click();
		await page.getByText('Choose what it is about.').first().waitFor();
		await page.getByText('Your photo is here already').waitFor();
		expect(await street(page).inputValue()).toBe('Jinqiao');
		expect(await page.getByLabel(/Anything to add/).inputValue()).toBe('Every evening');
		await tile(page).click();
		await send(page).click();
		await codesOn(page);
		await page.getByRole('button', { name: 'Follow it' }).click();
		await page
			.getByText(/Jinqiao/)
			.first()
			.waitFor();

		// Six without proof of work are more than one address has at once: kindly refused, with everything kept.
		for (let count = 0; count < 5; count += 1) {
			await page.goto(`${app.url}/snap`);
			await street(page).fill('Jinqiao Road');
			await tile(page).click();
			await send(page).click();
		}
		await page.getByText(/Many reports have come from this network/).waitFor();
		expect(await street(page).inputValue()).toBe('Jinqiao Road');
		expect(await tile(page).locator('input').isChecked()).toBe(true);
		await page.context().close();
	}, 90_000);

	it('keeps what was entered before the scripts arrived', async () => {
		const page = await onPhone(standingAt(here));
		await page.route('**/_app/immutable/**/*.js', async (route) => {
			await new Promise((resolve) => setTimeout(resolve, 1500));
			await route.continue();
		});
		await page.goto(`${app.url}/snap`, { waitUntil: 'commit' });
		await street(page).fill('Jinqiao Road');
		await page.getByLabel(/Anything to add/).fill('Every evening');
		await page.locator('label.tile').nth(2).click();
		await take(page, 'photo', await photoAt());
		await ready(page).waitFor();
		expect(await street(page).inputValue()).toBe('Jinqiao Road');
		expect(await page.getByLabel(/Anything to add/).inputValue()).toBe('Every evening');
		expect(await page.locator('label.tile input').nth(2).isChecked()).toBe(true);
		await skipWide(page);
		await send(page).click();
		await codesOn(page);
		await page.context().close();
	}, 90_000);

	it('works by typed place without a secure connection, and says why', async () => {
		const page = await onPhone();
		await page.goto(`http://10.9.9.9:${app.port}/snap`);
		await page.getByText(/not opened over a secure connection/).waitFor();
		await take(page, 'photo', await photoAt());
		await ready(page).waitFor();
		await street(page).fill('Jinqiao Road');
		await placed(page, 'typed');
		await skipWide(page);
		await tile(page).click();
		await send(page).click();
		await codesOn(page);
		await page.context().close();
	}, 90_000);

	it('not sent is there again after a reload, with both photos, and fits a phone of 320 pixels', async () => {
		// 320 pixels are also what is left of 1280 at 400 %.
		const page = await openSnap({ viewport: { width: 320, height: 600 }, ...standingAt(here) });
		await take(page, 'photo', await photoAt());
		await take(page, 'wide', await photoAt());
		await expect.poll(() => ready(page).count(), { timeout: 30_000 }).toBe(2);
		await tile(page).click();
		await page.getByLabel(/Anything to add/).fill('Every evening');
		await page.getByRole('button', { name: 'Adjust' }).click();
		await page.getByRole('button', { name: 'North' }).click();
		await page.getByText("5 m north of the phone's place").waitFor();
		await page.getByText('What is kept, who sees it').click();
		await expectNoOverflow(page);
		await expectAccessible(page);
		await page.waitForTimeout(1000);
		await page.reload();
		await page.getByText('What you had not sent yet is back.').waitFor();
		expect(await page.getByLabel(/Anything to add/).inputValue()).toBe('Every evening');
		expect(await tile(page).locator('input').isChecked()).toBe(true);
		expect(await source(page)).toBe('pin');
		await expect.poll(() => ready(page).count()).toBe(2);
		await page.context().close();
	}, 90_000);

	it('takes a place that another app shares, and shows the map only when asked', async () => {
		const page = await openSnap();
		const foreign: string[] = [];
		page.on('request', (request) => {
			const url = request.url();
			if (/^https?:/.test(url) && !url.startsWith(app.url)) foreign.push(url);
		});
		// 高德 counts in shifted degrees: this is the same kerb.
		await street(page).fill('我在这里 https://uri.amap.com/marker?position=119.464871,32.788303&name=桥头');
		await placed(page, 'pin');
		await page.locator('.summary .name', { hasText: '桥头' }).waitFor();
		await page.getByRole('button', { name: 'Adjust' }).click();
		await page.getByText('Right at 桥头').waitFor();
		expect(await page.locator('canvas').count()).toBe(0);
		await page.getByRole('button', { name: 'Choose on a map' }).click();
		await page.locator('canvas').waitFor();
		await street(page).fill('Jiachun https://surl.amap.com/abcdef');
		await page.getByText(/A short link can only be opened by its maker/).waitFor();
		expect(foreign).toEqual([]);
		await page.context().close();
	}, 90_000);

	it('asks which side is meant where two duty areas meet, and names the nearest legal wash site', async () => {
		const border = await findBorder();
		const page = await openSnap(standingAt(border, 40));
		await page.getByRole('button', { name: "Use this phone's place" }).click();
		await page.getByText('Which side is it?').waitFor();
		await expectAccessible(page);
		const other = page.locator('fieldset button[aria-pressed]').nth(1);
		await other.click();
		await expect.poll(() => other.getAttribute('aria-pressed')).toBe('true');
		expect(await source(page)).toBe('pin');
		await tile(page).click();
		await page.getByLabel('Nearest legal wash site').waitFor();
		await page.context().close();
	}, 90_000);

	it('adds to what is known nearby when it is the same', async () => {
		const known = await findKnown();
		const page = await openSnap(standingAt(known.at));
		let body: { report: { suggested_case?: string } } | null = null;
		page.on('request', (request) => {
			if (request.url().endsWith('/snap/reports')) body = request.postDataJSON();
		});
		await page.getByRole('button', { name: "Use this phone's place" }).click();
		const kind = tile(page, known.category);
		if (!(await kind.isVisible())) await page.locator('#category summary').click();
		await kind.click();
		const card = page.getByRole('button', { name: /^This is it/ }).first();
		await card.click();
		await page.getByText('Your report will be added to this case.').waitFor();
		await page.getByRole('button', { name: /This is it \(tap to undo\)/ }).click();
		expect(await page.getByText('Your report will be added to this case.').count()).toBe(0);
		await card.click();
		await expectAccessible(page);
		await send(page).click();
		await codesOn(page);
		await page.getByText(/Added to what is known/).waitFor();
		expect((body as { report: { suggested_case?: string } } | null)?.report.suggested_case).toMatch(
			/^[0-9a-f-]{36}$/
		);

		await page.getByRole('button', { name: 'One more report here' }).click();
		await placed(page, 'device');
		expect(await page.locator('input[name=category]:checked').count()).toBe(0);
		await page.context().close();
	}, 90_000);

	it('is written and sent by keyboard alone, in Chinese', async () => {
		const page = await openSnap({ locale: 'zh-CN', viewport: { width: 1280, height: 900 }, isMobile: false });
		const focused = () =>
			page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.id);
		const tabTo = async (name: string) => {
			for (let presses = 0; (await focused()) !== name; presses += 1) {
				if (presses > 60) throw new Error(`Tab never came to ${name}.`);
				await page.keyboard.press('Tab');
			}
		};
		await tabTo('photo');
		await tabTo('place');
		await page.keyboard.type('金桥路');
		await placed(page, 'typed');
		await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Enter');
		await page.getByRole('group', { name: /移动位置/ }).waitFor();
		await page.getByRole('button', { name: '北', exact: true }).focus();
		await page.keyboard.press('ArrowUp');
		await page.keyboard.press('Shift+ArrowRight');
		await page.getByText(/在金桥路以东 25 米/).waitFor();
		await tabTo('category');
		await page.keyboard.press('Space');
		await tabTo('description');
		await page.keyboard.type('每天傍晚');
		await tabTo('send');
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name: '已收到，谢谢！' }).waitFor();
		expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
		await expectAccessible(page);
		await page.context().close();
	}, 90_000);

	it('of an inspector goes in their name, and after signing out in nobody’s', async () => {
		const context = await asStaff('inspector');
		await context.grantPermissions(['geolocation']);
		await context.setGeolocation({ longitude: here.lng, latitude: here.lat, accuracy: 8 });
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		await page.goto(`${app.url}/snap`);
		await page.getByText(/^You report as 许宁/).waitFor();
		await page.locator('form[data-ready]').waitFor();
		const sent: unknown[] = [];
		page.on('request', (request) => {
			if (request.url().endsWith('/snap/reports')) sent.push((request.postDataJSON() as { as: unknown }).as);
		});
		await page.getByRole('button', { name: "Use this phone's place" }).click();
		await placed(page, 'device');
		await tile(page).click();
		await send(page).click();
		await codesOn(page);
		expect(new Set(sent.map((as) => JSON.stringify(as))).size).toBe(1);
		expect(sent[0]).toEqual({ staff: expect.any(String) });

		await page.getByRole('button', { name: 'One more report here' }).click();
		await page.locator('form[data-ready]').waitFor();
		await tile(page).click();
		await context.clearCookies();
		await send(page).click();
		await page.getByText('You were signed out.', { exact: false }).first().waitFor();
		await page.getByRole('button', { name: 'Send as a citizen' }).click();
		await codesOn(page);
		expect(sent.at(-1)).toBe('citizen');
		await context.close();
	}, 90_000);

	it('and its follow-up read well with other means than eyes', async () => {
		// What is complained about stands beside all that stands there before.
		for (const [locale, colorScheme, width, complaint] of [
			['zh-CN', 'light', 390, '请选择类别。'],
			['en', 'dark', 320, 'Choose what it is about.']
		] as const) {
			const page = await openSnap({ locale, colorScheme, viewport: { width, height: 844 } });
			await page.locator('#send').click();
			await page.locator('#category-error').getByText(complaint).waitFor();
			await expectAccessible(page);
			await page.goto(`${app.url}/track`);
			await expectAccessible(page);
			await page.context().close();
		}
	}, 90_000);

	it('asks about places in bodies only, and refuses what is none', async () => {
		const post = (path: string, body: unknown) =>
			fetch(app.url + path, {
				method: 'POST',
				headers: { 'content-type': 'application/json', origin: app.url },
				body: JSON.stringify(body)
			});
		const wrong = await post('/snap/place', { lng: 500, lat: 32.79 });
		expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([422, 'bad_coordinates']);
		const unknown = await post('/snap/nearby', { ...here, category: 'nothing' });
		expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([
			422,
			'unknown_category'
		]);
		expect((await fetch(`${app.url}/snap/place?lng=1&lat=1`)).status).toBe(405);
		const streets = await fetch(`${app.url}/snap/streets`);
		const { version } = (await streets.json()) as { version: string };
		expect(streets.headers.get('cache-control')).toBe('no-cache');
		const named = await fetch(`${app.url}/snap/streets?v=${encodeURIComponent(version)}`);
		expect(named.headers.get('cache-control')).toContain('immutable');
	}, 30_000);

	async function ask<Answer>(path: string, body: object): Promise<Answer> {
		const answer = await fetch(app.url + path, {
			method: 'POST',
			headers: { 'content-type': 'application/json', origin: app.url },
			body: JSON.stringify(body)
		});
		return (await answer.json()) as Answer;
	}

	/** A kerb of the demo district within a bad fix of two duty areas. */
	async function findBorder(): Promise<typeof here> {
		// Every third one: asking is limited, too.
		for (const [lng, lat] of kerbs().filter((_, index) => index % 3 === 0)) {
			const { sides } = await ask<{ sides: unknown[] }>('/snap/place', { lng, lat, accuracy_m: 40 });
			if (sides.length > 1) return { lng, lat };
		}
		throw new Error('No kerb of the demo district is near a border.');
	}

	/** A kerb beside an open case, and the case's category. */
	async function findKnown(): Promise<{ at: typeof here; category: string }> {
		const staff = await asStaff('registrar');
		const answer = await staff.request.get(`${app.url}/desk/now?list=cases`);
		const { lists } = (await answer.json()) as {
			lists: { cases: { lng: number; lat: number; category: string; status: string }[] };
		};
		await staff.close();
		for (const { lng, lat, category, status } of lists.cases) {
			if (status === 'closed') continue;
			const { cases } = await ask<{ cases: unknown[] }>('/snap/nearby', { category, lng, lat });
			if (cases.length) return { at: { lng, lat }, category };
		}
		throw new Error('No open case of the demo is known nearby.');
	}
});

function kerbs(): [number, number][] {
	return demoDistrict().segments.flatMap(({ line }) => line.slice(1, -1) as [number, number][]);
}

/** Whatever a picture says beside its pixels, as exiftool sees it; where that is not installed, as sharp does. */
async function tagsOf(picture: Buffer): Promise<string[]> {
	const { exiftool } = findTools();
	if (!exiftool) {
		const { exif, xmp, icc, iptc } = await sharp(picture).metadata();
		return Object.entries({ exif, xmp, icc, iptc }).flatMap(([name, block]) => (block ? [name] : []));
	}
	const isShape = /^(ExifTool|File|System|Composite|RIFF:(VP8|Image|Width|Height|Horizontal|Vertical|Alpha))/;
	const listed = execFileSync(exiftool, ['-j', '-G1', '-'], { input: picture, encoding: 'utf8' });
	const [tags = {}] = JSON.parse(listed) as Record<string, unknown>[];
	return Object.keys(tags).filter((name) => name !== 'SourceFile' && !isShape.test(name));
}

/** Runs in the page: what its outbox holds. */
function countEntries(): Promise<{ entries: number; receipts: number }> {
	return new Promise((resolve, reject) => {
		const opening = indexedDB.open('kerbside');
		opening.onerror = () => reject(opening.error);
		opening.onsuccess = () => {
			const database = opening.result;
			const reading = database.transaction(['entries', 'receipts']);
			const entries = reading.objectStore('entries').count();
			const receipts = reading.objectStore('receipts').count();
			reading.oncomplete = () => {
				database.close();
				resolve({ entries: entries.result, receipts: receipts.result });
			};
		};
	});
}
