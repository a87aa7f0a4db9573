/** Pictures of one stroke, 24 by 24. They say nothing by themselves: words stand beside them or label them. */

const PATHS = {
  phone:
    "M6.5 3.5h2.6l1.5 4-2 1.6a12 12 0 0 0 6.3 6.3l1.6-2 4 1.5v2.6a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2Z",
  hangUp: "M3.5 14.5c5-4.7 12-4.7 17 0l-2 2.6-3.6-1.6-.3-2.6a12 12 0 0 0-5.2 0l-.3 2.6-3.6 1.6Z",
  history: "M12 7.5V12l3 2M4 5v4h4M4.5 9A8 8 0 1 1 4 12.5",
  insights: "M4 20V4M4 20h16M8.5 16v-4M13 16V8M17.5 16v-6",
  money:
    "M4 7.5A2.5 2.5 0 0 1 6.5 5H17v3.5M4 7.5A2.5 2.5 0 0 0 6.5 10H20v9H6.5A2.5 2.5 0 0 1 4 16.5ZM16.5 14.5h.01",
  numbers: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h15.5M4 15h15.5",
  messages: "M4 5h16v11H9l-5 4Z",
  team: "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11ZM3 19.5c.4-3.4 2.8-5 6-5s5.6 1.6 6 5M15.5 5a3 3 0 0 1 0 5.800M17 14.800c2.3.5 3.7 2 4 4.7",
  privacy: "M12 3.5 5 6v5.500c0 4.3 2.9 7.4 7 9 4.1-1.6 7-4.7 7-9V6ZM9 12l2.2 2.200L15.2 10",
  settings:
    "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.200a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.400ZM9 19.200a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.400Z",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  check: "m5 12.5 4.5 4.500L19 7.5",
  alert: "M12 8.500v4.500M12 16.500h.01M12 3.5 2.5 20h19Z",
  info: "M12 11v5.500M12 7.800h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  offline:
    "M3 3l18 18M8.5 15.500a5 5 0 0 1 5-1.200M5 12a10 10 0 0 1 4.5-2.600M12.5 8.800A10 10 0 0 1 19 12M12 19h.01M2 8.500a15 15 0 0 1 4.2-2.700M10.5 4.600A15 15 0 0 1 22 8.5",
  mail: "M3.5 6h17v12h-17ZM4 7l8 6 8-6",
  next: "m9 5.5 6.5 6.500L9 18.5",
  down: "M5.5 9 12 15.5 18.5 9",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20",
  download: "M12 4v11M7 10.5 12 15.500l5-5M5 20h14",
  star: "m12 4 2.4 5 5.6.7-4.1 3.8 1.1 5.500L12 16.3 7 19l1.1-5.500L4 9.7 9.6 9Z",
  microphone:
    "M12 14.500a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3ZM6 11.500a6 6 0 0 0 12 0M12 17.500V21",
  muted:
    "M9 9.500v2a3 3 0 0 0 4.5 2.600M15 10.500v-4a3 3 0 0 0-5.8-1M6 11.500a6 6 0 0 0 9.5 4.900M18 11.500a6 6 0 0 1-.3 1.900M12 17.500V21M4 3.500l16 17",
  keypad:
    "M6 5.500h.01M12 5.500h.01M18 5.500h.01M6 11.500h.01M12 11.500h.01M18 11.500h.01M6 17.500h.01M12 17.500h.01M18 17.500h.01",
  erase: "M9 5.500h11.500v13H9L3 12ZM12 9.500l5 5M17 9.500l-5 5",
  outgoing: "M7 17 17 7M9.5 7H17v7.5",
  incoming: "M17 7 7 17M14.5 17H7V9.5",
  plus: "M12 5v14M5 12h14",
  trash: "M4.5 7h15M9.5 7V4.500h5V7M6.5 7l.8 12.500h9.400L17.5 7",
} as const;

export type Icon = keyof typeof PATHS;

export function Icon({ name, size = 24 }: { name: Icon; size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
