// How a test works at the desk as a person does: opens a row, fills a step's form, presses its button.
import type { Page, Response } from 'playwright-core';

/** Opens the newest row of the inbox or of the cases and waits until it is shown. */
export async function openNewest(desk: Page, url: string, list: 'inbox' | 'cases'): Promise<void> {
	await desk.goto(`${url}/desk?list=${list}`);
	await desk.locator('a[data-row]').first().click();
	await desk.locator('article header h1').waitFor();
}

/** Decides about the open report. */
export async function decide(desk: Page, decision: 'file' | 'decline' | 'verify'): Promise<void> {
	await submit(desk, `form:has(input[name=decision][value=${decision}])`, '/decide');
}

/** Makes a move with the open case. */
export async function move(desk: Page, name: string): Promise<void> {
	await submit(desk, `form:has(input[name=move][value=${name}])`, '/move');
}

/** Adds a photo to the open case under the role the form proposes. */
export async function attach(desk: Page, photo: { name: string; bytes: Buffer }): Promise<void> {
	const form = desk.locator('form[action*="/attach"]');
	await form.locator('input[type=file]').setInputFiles({
		name: photo.name,
		mimeType: 'image/jpeg',
		buffer: photo.bytes
	});
	await submit(desk, 'form[action*="/attach"]', '/attach');
}

async function submit(desk: Page, selector: string, action: string): Promise<void> {
	const form = desk.locator(selector);
	await form.first().waitFor({ state: 'attached' });
	// Steps are folded but for the one most likely to be made.
	if (!(await form.locator('button[type=submit]').isVisible())) {
		await desk.locator(`details:has(${selector}) summary`).click();
	}
	const answer = desk.waitForResponse(
		(response) => response.request().method() === 'POST' && response.url().includes(`?${action}`),
		{ timeout: 60_000 }
	);
	await form.locator('button[type=submit]').click();
	await expectDone(await answer);
}

/** A form's answer as SvelteKit gives it to a page with scripts. What was refused is thrown, in the page's own words. */
export async function expectDone(response: Response): Promise<void> {
	const text = await response.text();
	const { type, data } = JSON.parse(text) as { type: string; data?: string };
	if (type === 'success' || type === 'redirect') return;
	throw new Error(`${response.url()} answered ${response.status()} ${type}: ${data ?? text}`);
}
