/** Which page belongs to the address. Pages are loaded when they are first shown, with their words. */

import type { ComponentType } from "preact";
import type { Icon } from "../design/icons";
import { type Catalogue, language } from "./language";
import type { MemberWords } from "./member.en";
import { type Capability, offers } from "./service";
import { me } from "./session";
import { signal } from "./signals";

export type PageProps = { params: Record<string, string>; query: URLSearchParams };

/** One page. `for`: whoever comes, who is signed in, or who is not; `whileSuspended`: in a deletion's grace, too. */
export type Page = {
  path: string;
  for: "anybody" | "members" | "visitors";
  load: () => Promise<{ default: ComponentType<PageProps> }>;
  words?: Catalogue<unknown>[];
  offer?: Capability;
  whileSuspended?: boolean;
};

type NavigationWord = {
  [Key in keyof MemberWords]: MemberWords[Key] extends string ? Key : never;
}[keyof MemberWords];

/** A place in the navigation. `order` sorts; on a phone the first four stand in the bar, the rest under More. */
export type Entry = { to: string; word: NavigationWord; icon: Icon; order: number; offer?: Capability };

/** What one folder under src brings: see its feature.ts. */
export type Feature = { pages: Page[]; navigation?: Entry[] };

type Shown = { page: Page | null; component: ComponentType<PageProps>; props: PageProps; key: string };

/** The page on show; undefined until the first one is there. */
export const shown = signal<Shown | undefined>(undefined);
/** True while the next page is being loaded for longer than a moment. */
export const isTurning = signal(false);
/** The path on show, for links that mark where one is. */
export const path = signal(location.pathname);

const PATIENCE_MILLISECONDS = 150;
let features: Feature[] = [];
let brought: Promise<void> | undefined;
let others: Others;
let turns = 0;

/** What is shown where there is no page or it did not load, and how the pages beside the first ones are had. */
type Others = {
  more: () => Promise<Feature[]>;
  notFound: ComponentType<PageProps>;
  broken: ComponentType<PageProps>;
};

/** Begin with the first features, and follow the address from now on. */
export async function start(first: Feature[], besides: Others): Promise<void> {
  features = first;
  others = besides;
  addEventListener("popstate", () => void turn());
  document.addEventListener("click", follow);
  await turn();
  let member = standing();
  me.subscribe(() => {
    if (standing() === member) return;
    member = standing();
    // A page that is for both stays as it is, with what was typed into it.
    if (find(location.pathname)?.page !== shown.value?.page) void turn();
  });
}

/** Go to a path of the site; `replace` leaves the present one out of the history. */
export function go(to: string, { replace = false } = {}): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  void turn();
}

/** Change the address without turning the page, so that a token does not stay in it. */
export function readdress(to: string): void {
  history.replaceState(null, "", to);
}

export function entries(): Entry[] {
  const all = features.flatMap((feature) => feature.navigation ?? []);
  return all.filter((one) => !one.offer || offers(one.offer)).sort((one, other) => one.order - other.order);
}

/** The page of a path for who is here now, and what its path says; null when there is none. */
export function find(wanted: string): { page: Page; params: Record<string, string> } | null {
  for (const page of features.flatMap((feature) => feature.pages)) {
    const params = match(page.path, wanted);
    if (params && isFor(page)) return { page, params };
  }
  return null;
}

/** `/calls/:id` against `/calls/7`. */
export function match(pattern: string, wanted: string): Record<string, string> | null {
  const [known, given] = [parts(pattern), parts(wanted)];
  if (known.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of known.entries()) {
    const told = given[at] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(told);
    else if (part !== told) return null;
  }
  return params;
}

const parts = (path: string) => path.replace(/\/+$/, "").split("/");

function isFor(page: Page): boolean {
  if (page.offer && !offers(page.offer)) return false;
  if (page.for === "anybody") return true;
  if (page.for === "visitors") return !me.value;
  return Boolean(me.value) && (me.value?.status !== "suspended" || Boolean(page.whileSuspended));
}

async function turn(): Promise<void> {
  const mine = ++turns;
  const patience = setTimeout(() => {
    isTurning.value = true;
  }, PATIENCE_MILLISECONDS);
  const next = await open(location.pathname).catch(() => failed());
  clearTimeout(patience);
  if (mine !== turns) return;
  isTurning.value = false;
  const isFirst = !shown.value;
  path.value = location.pathname;
  shown.value = next;
  if (!isFirst && !location.hash) scrollTo(0, 0);
}

async function open(wanted: string): Promise<Shown> {
  const more = me.value && bring();
  if (!find(wanted)) await bring();
  const found = find(wanted) ?? find(substitute(wanted));
  const props = { params: found?.params ?? {}, query: new URLSearchParams(location.search) };
  const key = `${turns}`;
  if (!found) return { page: null, component: others.notFound, props, key };
  const words = found.page.words?.map((one) => one.load(language.value)) ?? [];
  const [module] = await Promise.all([found.page.load(), more, ...words]);
  return { page: found.page, component: module.default, props, key };
}

/** Know every page: members need them, and who asks for one that is not among the visitors' own. */
function bring(): Promise<void> {
  brought ??= others.more().then(
    (more) => {
      features = [...features, ...more];
    },
    (error) => {
      brought = undefined; // the next turn tries again
      throw error;
    },
  );
  return brought;
}

/** Where who may not see a page is led instead: signing in, in a deletion's grace their privacy, else what there is. */
function substitute(wanted: string): string {
  const pages = features.flatMap((feature) => feature.pages);
  const isKnown = wanted === "/" || pages.some((page) => match(page.path, wanted));
  if (!isKnown) return wanted;
  if (me.value?.status === "suspended") return "/privacy";
  return find("/") ? "/" : (entries()[0]?.to ?? "/");
}

function failed(): Shown {
  const props = { params: {}, query: new URLSearchParams() };
  return { page: null, component: others.broken, props, key: `${turns}` };
}

const standing = () => me.value?.status ?? "nobody";

/** Links to our own pages turn the page; every other kind of click is the browser's. */
function follow(event: MouseEvent): void {
  if (
    event.defaultPrevented ||
    event.button ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (/^\/(api|dev|v1|\.well-known)(\/|$)/.test(link.pathname)) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
}
