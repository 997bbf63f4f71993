import { createHash } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';

// A street of the demo city, and a point about 330 m east of it.
const here = { lng: 119.46, lat: 32.79 };
const there = { lng: 119.4635, lat: 32.79 };

/** A photo as a phone makes it: with its place, its owner's name and an orientation. */
async function photoAt({ lng, lat }: { lng: number; lat: number }): Promise<Buffer> {
	const parts = (v: number) =>
		`${Math.floor(v)}/1 ${Math.floor((v % 1) * 60)}/1 ${Math.round((((v % 1) * 60) % 1) * 600_000)}/10000`;
	return sharp({ create: { width: 3000, height: 1500, channels: 3, background: '#5a7' } })
		.withExif({
			IFD0: { Artist: 'Somebody Private' },
			IFD3: { GPSLatitudeRef: 'N', GPSLatitude: parts(lat), GPSLongitudeRef: 'E', GPSLongitude: parts(lng) }
		})
		.jpeg()
		.toBuffer();
}

/*
 * Journey 1, thin: a person at the kerb, with and without scripts, with and without a secure connection.
 */
describe.skipIf(missingBrowser !== null)('a snapshot', () => {
	let app: App;
	let browser: Browser;
	let photo: { name: string; mimeType: string; buffer: Buffer };

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		browser = await openBrowser(['--host-resolver-rules=MAP 10.9.9.9 127.0.0.1']);
		photo = { name: 'kerb.jpg', mimeType: 'image/jpeg', buffer: await photoAt(there) };
	}, 300_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
	}, 60_000);

	async function onPhone(options: BrowserContextOptions = {}): Promise<Page> {
		const context = await browser.newContext({
			viewport: { width: 390, height: 844 },
			isMobile: true,
			hasTouch: true,
			locale: 'en',
			...options
		});
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		return page;
	}
	const located = {
		geolocation: { longitude: here.lng, latitude: here.lat, accuracy: 12 },
		permissions: ['geolocation']
	};
	const tile = (page: Page) => page.locator('label.tile').first();
	const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true });

	async function codesOn(page: Page): Promise<{ code: string; pin: string }> {
		await page.getByRole('heading', { name: 'Received, thank you!' }).waitFor();
		const [code = '', pin = ''] = await page.locator('dl.codes dd').allInnerTexts();
		expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}$/);
		expect(pin).toMatch(/^\d{6}$/);
		return { code, pin };
	}

	it('says when photo and phone disagree, and two taps on Send make one report', async () => {
		const page = await onPhone(located);
		let sent = 0;
		page.on('request', (request) => (sent += Number(request.url().includes('?/send'))));
		await page.goto(`${app.url}/snap`);
		await page.getByRole('button', { name: 'Adjust on the map' }).waitFor();
		await page.locator('input[name=photo]').setInputFiles(photo);
		await page.getByText(/about 330 m from where this phone is now/).waitFor();
		expect(await page.locator('input[name=location_source]').inputValue()).toBe('photo');
		await page.getByLabel('Where this phone is now').check();
		expect(await page.locator('input[name=location_source]').inputValue()).toBe('device');
		await tile(page).click();
		await send(page).dblclick();
		const { code, pin } = await codesOn(page);
		expect(sent).toBe(1);

		await page.getByRole('button', { name: 'Follow it' }).click();
		await page.getByRole('heading', { name: /^Report \d+$/ }).waitFor();
		await page.getByText('Received, waiting for a decision').waitFor();
		expect(page.url()).not.toContain(code);
		expect(page.url()).not.toContain(pin);
		await page.context().close();
	}, 90_000);

	it('keeps every word and the photo when something is missing, without any script', async () => {
		const page = await onPhone({ javaScriptEnabled: false });
		await page.goto(`${app.url}/snap`);
		await page.locator('input[name=photo]').setInputFiles(photo);
		await page.getByLabel('Street', { exact: true }).fill('Jinqiao');
		await page.getByLabel(/Anything to add/).fill('Every evening');
		await send(page).click();
		await page.getByText('Choose what it is about.').first().waitFor();
		await page.getByText('Your photo is here already').waitFor();
		expect(await page.getByLabel('Street', { exact: true }).inputValue()).toBe('Jinqiao');
		expect(await page.getByLabel(/Anything to add/).inputValue()).toBe('Every evening');
		await tile(page).click();
		await send(page).click();
		await codesOn(page);
		await page.getByRole('button', { name: 'Follow it' }).click();
		await page.getByText(/Jinqiao/).waitFor();
		await page.context().close();
	}, 90_000);

	it('keeps what was entered before the scripts arrived', async () => {
		const page = await onPhone(located);
		await page.route('**/_app/immutable/**/*.js', async (route) => {
			await new Promise((resolve) => setTimeout(resolve, 1500));
			await route.continue();
		});
		await page.goto(`${app.url}/snap`, { waitUntil: 'commit' });
		await page.getByLabel('Street', { exact: true }).fill('Jinqiao');
		await page.getByLabel(/Anything to add/).fill('Every evening');
		await page.locator('label.tile').nth(2).click();
		await page.locator('input[name=photo]').setInputFiles(photo);
		await page.getByText(/Photo ready/).waitFor();
		expect(await page.getByLabel('Street', { exact: true }).inputValue()).toBe('Jinqiao');
		expect(await page.getByLabel(/Anything to add/).inputValue()).toBe('Every evening');
		expect(await page.locator('label.tile input').nth(2).isChecked()).toBe(true);
		await send(page).click();
		await codesOn(page);
		await page.context().close();
	}, 90_000);

	it('works by typed place without a secure connection, and says why', async () => {
		const page = await onPhone();
		await page.goto(`http://10.9.9.9:${app.port}/snap`);
		await page.getByText(/not opened over a secure connection/).waitFor();
		await page.locator('input[name=photo]').setInputFiles(photo);
		await page.getByText(/Photo ready/).waitFor();
		await page.getByLabel('Street', { exact: true }).fill('Jinqiao Road');
		await page.getByText('Place: Jinqiao Road').waitFor();
		await tile(page).click();
		await send(page).click();
		await codesOn(page);
		await page.context().close();
	}, 90_000);

	it('not sent is there again after a reload, and fits a phone of 320 pixels', async () => {
		const page = await onPhone({ viewport: { width: 320, height: 600 } });
		await page.goto(`${app.url}/snap`);
		await page.getByRole('button', { name: 'Adjust on the map' }).waitFor();
		await page.locator('input[name=photo]').setInputFiles(photo);
		await page.getByText(/Photo ready/).waitFor();
		await page.getByLabel(/Anything to add/).fill('Every evening');
		await page.waitForTimeout(1000);
		await page.reload();
		await page.getByText('What you had not sent yet is back.').waitFor();
		expect(await page.getByLabel(/Anything to add/).inputValue()).toBe('Every evening');
		await page.getByText(/Photo ready/).waitFor();
		const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
		expect(wide).toBe(shown);
		await page.context().close();
	}, 90_000);

	it.each(['/snap', '/track'])(
		'and its follow-up read well with other means than eyes: %s',
		async (path) => {
			const page = await onPhone();
			await page.goto(app.url + path);
			const empty = await new AxeBuilder({ page }).analyze();
			await page.locator('main form button[type=submit]').last().click();
			const refused = await new AxeBuilder({ page }).analyze();
			expect([...empty.violations, ...refused.violations].map(({ id }) => id)).toEqual([]);
			await page.context().close();
		},
		90_000
	);

	it('opens for staff as a picture without a trace of the original, and for nobody else', async () => {
		const sha256 = createHash('sha256').update(photo.buffer).digest('hex');
		const stranger = await browser.newContext();
		expect((await stranger.request.get(`${app.url}/photos/${sha256}`)).status()).toBe(403);
		await stranger.close();
		const staff = await browser.newContext();
		await staff.request.post(`${app.url}/sign-in?/persona`, {
			form: { persona: 'registrar' },
			headers: { origin: app.url, accept: 'text/html' },
			maxRedirects: 0
		});
		// The report without scripts brought these very bytes; they are recorded a moment after they are acknowledged.
		const look = () => staff.request.get(`${app.url}/photos/${sha256}`);
		await expect.poll(async () => (await look()).status(), { timeout: 20_000 }).toBe(200);
		const answer = await look();
		expect(answer.headers()['cache-control']).toBe('private, no-store');
		const shown = await answer.body();
		const { format, width, exif, xmp, icc } = await sharp(shown).metadata();
		expect({ format, width, exif, xmp, icc }).toEqual({ format: 'webp', width: 2048 });
		expect(shown.includes('Somebody Private')).toBe(false);
		// A registrar has no business with the original.
		expect((await staff.request.get(`${app.url}/photos/${sha256}?original=curious`)).status()).toBe(403);
		await staff.close();
	}, 60_000);
});
