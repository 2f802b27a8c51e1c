// Reads calendars as ical.js (Thunderbird) and node-ical do. Takes a JSON text a line, answers
// {"ical.js": [...], "node-ical": [...]}; days as 2022-03-17, moments as 2022-03-17T02:00:00Z.
import { createInterface } from "node:readline";
import ICAL from "ical.js";
import ical from "node-ical";

function utc(date) {
  return date.toISOString().replace(".000Z", "Z");
}

function readWithIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const moment = (time) => (time.isDate ? time.toString() : utc(time.toJSDate()));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      title: event.summary,
      status: component.getFirstPropertyValue("status"),
      start: moment(event.startDate),
      end: component.hasProperty("dtend") ? moment(event.endDate) : null,
      description: event.description,
      location: event.location,
    };
  });
}

function readWithNodeIcal(text) {
  const moment = (date, type) => (type === "date" ? utc(date).slice(0, 10) : utc(date));
  const plain = (value) => (value && value.val !== undefined ? value.val : value);
  return Object.values(ical.sync.parseICS(text))
    .filter((component) => component.type === "VEVENT")
    .map((event) => ({
      uid: event.uid,
      title: plain(event.summary),
      status: event.status,
      start: moment(event.start, event.datetype),
      end: event.end && event.end > event.start ? moment(event.end, event.datetype) : null,
      description: plain(event.description),
      location: plain(event.location) ?? null,
    }));
}

for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  const read = { "ical.js": readWithIcalJs(text), "node-ical": readWithNodeIcal(text) };
  console.log(JSON.stringify(read));
}
