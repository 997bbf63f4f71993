// How a test drives the screens a person uses: signed in at the wall or the desk, and at the kerb with a phone.
import type { Browser, BrowserContext, Page } from 'playwright-core';

export const wallSize = { width: 1920, height: 1080 };

/** A phone of middling size, held by someone who stands at `at` and lets the page know it. */
export async function openPhone(
	browser: Browser,
	at: { lng: number; lat: number } | null,
	locale = 'en'
): Promise<BrowserContext> {
	return browser.newContext({
		viewport: { width: 390, height: 844 },
		deviceScaleFactor: 2,
		isMobile: true,
		hasTouch: true,
		locale,
		...(at && {
			geolocation: { longitude: at.lng, latitude: at.lat, accuracy: 12 },
			permissions: ['geolocation']
		})
	});
}

export async function signIn(
	page: Page,
	url: string,
	person: { login: string; password: string },
	next: '/wall' | '/desk'
): Promise<void> {
	await page.goto(`${url}/sign-in?next=${next}`);
	await page.locator('input[name=login]').fill(person.login);
	await page.locator('input[name=password]').fill(person.password);
	await page.locator('form[action="?/password"] button[type=submit]').click();
	await page.waitForURL(`${url}${next}**`, { timeout: 60_000 });
}

/**
 * Lets somebody in as the form does it, without looking at its page or at the one behind it: most tests are about something else.
 * `who` is a person of the demo city, or anybody by login and password.
 */
export async function signInUnseen(
	context: BrowserContext,
	url: string,
	who: { persona: string } | { login: string; password: string }
): Promise<void> {
	const answer = await context.request.post(`${url}/sign-in?/${'persona' in who ? 'persona' : 'password'}`, {
		form: 'persona' in who ? { persona: who.persona } : { login: who.login, password: who.password },
		headers: { origin: url, accept: 'text/html' },
		maxRedirects: 0
	});
	if (answer.status() !== 303)
		throw new Error(`${'persona' in who ? who.persona : who.login} was not let in: ${answer.status()}`);
}

/** The wall, listening: what is sent from now on appears by itself. */
export async function openWall(
	browser: Browser,
	url: string,
	person: { login: string; password: string },
	locale = 'en'
): Promise<Page> {
	const context = await browser.newContext({ viewport: wallSize, locale });
	const page = await context.newPage();
	await signIn(page, url, person, '/wall');
	await page.locator('[data-state=live]').waitFor({ timeout: 60_000 });
	return page;
}

/** Fills the form at /snap that is open, from the phone's own place, without a second photo. */
export async function fillSnap(
	page: Page,
	report: { photo: { name: string; bytes: Buffer }; category: string; description?: string }
): Promise<void> {
	await page.locator('form[data-ready]').waitFor();
	await page.locator('input[type=file][name=photo]').setInputFiles({
		name: report.photo.name,
		mimeType: 'image/jpeg',
		buffer: report.photo.bytes
	});
	await page.locator('label:has(input[name=wide_skipped][value=same_view])').click({ timeout: 60_000 });
	const tile = page.locator(`label:has(input[name=category][value="${report.category}"])`);
	if (!(await tile.isVisible())) await page.locator('#category details summary').click();
	await tile.click();
	if (report.description) await page.locator('#description').fill(report.description);
	await page.locator('section.place[data-source]').waitFor({ timeout: 30_000 });
}

/** Fills and sends the form at /snap; answers with code and PIN. `beforeSend` sees the filled form. */
export async function sendSnap(
	page: Page,
	url: string,
	report: { photo: { name: string; bytes: Buffer }; category: string; description?: string },
	beforeSend: () => Promise<void> = async () => {}
): Promise<{ code: string; pin: string; sentAt: number }> {
	await page.goto(`${url}/snap`);
	await fillSnap(page, report);
	await beforeSend();
	const sentAt = Date.now();
	await page.locator('#send').click();
	const codes = page.locator('dl.codes dd');
	await codes.first().waitFor({ timeout: 60_000 });
	const [code = '', pin = ''] = await codes.allInnerTexts();
	return { code: code.trim(), pin: pin.trim(), sentAt };
}
