// Times, numbers and names as people read them.

import { now } from "./api.js";

const DAY = 86_400_000;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const plainDate = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});

/** "today, 14:05", "Sat 21 Nov, 14:05" */
export function moment(iso) {
  const then = new Date(iso);
  return `${dayName(then)}, ${clock.format(then)}`;
}

function dayName(then) {
  const midnight = new Date(now()).setHours(0, 0, 0, 0);
  const days = Math.round((new Date(then).setHours(0, 0, 0, 0) - midnight) / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? date.format(then);
}

/** "just now", "4 min ago", "today, 09:12" */
export function ago(iso) {
  const minutes = Math.floor((now() - Date.parse(iso)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return moment(iso);
}

/** "04:09", "1:02:03" */
export function stopwatch(seconds) {
  const whole = Math.floor(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** "45 s", "12 min", "1 h 20 min" */
export function duration(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
}

/** "1 day", "2 days" */
export const count = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

/** A number of points with its sign; a true minus. */
export const signed = (points) => (points > 0 ? `+${points}` : String(points).replace("-", "−"));

/** The date in a time zone, now: "2026-11-21". */
export function dayIn(timezone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(now());
}

/** A date some days later. */
export function plusDays(day, days) {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/** "Sat 21 Nov" */
export const shortDate = (day) => plainDate.format(Date.parse(day));

/** This month and `many` before it, oldest first: "2026-11". */
export function monthsBack(day, many) {
  const [year, month] = day.split("-").map(Number);
  return Array.from({ length: many + 1 }, (_, at) =>
    new Date(Date.UTC(year, month - 1 - many + at, 1)).toISOString().slice(0, 7),
  );
}

/** The value of a date and time field, as the wire wants it; what cannot be read is left for the server to refuse. */
export function fieldToWire(value) {
  const then = new Date(value);
  return Number.isNaN(then.valueOf()) ? value : then.toISOString();
}

/** Now, as the value of a date and time field. */
export function wireToField(iso) {
  const then = new Date(iso);
  return new Date(then - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
