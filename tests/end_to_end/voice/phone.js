// What a test does with the SDK on the service's own page. `Twilio` is the SDK's global.
globalThis.phone = {
  events: [],

  async call(token, to) {
    this.events = [];
    this.device?.destroy();
    const device = new Twilio.Device(token, { logLevel: "error", ...vowlineVoice.device });
    this.device = device;
    device.on("error", (error) => this.events.push(`device error ${error.code}`));
    this.made = await device.connect({ params: { To: to } }).catch((error) => {
      throw error ?? new Error("refused");
    });
    for (const name of ["ringing", "accept", "disconnect", "cancel", "reconnecting", "reconnected"]) {
      this.made.on(name, () => this.events.push(name));
    }
    this.made.on("error", (error) => this.events.push(`error ${error.code}`));
  },

  /** Back when an event has come; the sid that the carrier gave the call. */
  async until(name) {
    for (let tries = 0; tries < 300 && !this.events.includes(name); tries++) await pause(100);
    if (!this.events.includes(name)) throw new Error(`no ${name} in ${this.events}`);
    return this.made.parameters.CallSid;
  },

  /** The loudest frequency that comes from the other side, when it is one of these (in Hz, within 6). */
  async hear(...wanted) {
    const context = new AudioContext();
    await context.resume();
    const analyser = context.createAnalyser();
    analyser.fftSize = 16384;
    context.createMediaStreamSource(this.made.getRemoteStream()).connect(analyser);
    const width = context.sampleRate / analyser.fftSize;
    const levels = new Float32Array(analyser.frequencyBinCount);
    for (let tries = 0; tries < 100; tries++) {
      await pause(100);
      analyser.getFloatFrequencyData(levels);
      const loudest = levels.indexOf(Math.max(...levels)) * width;
      if (levels[Math.round(loudest / width)] > -50 && wanted.some((hertz) => Math.abs(hertz - loudest) < 6)) {
        return loudest;
      }
    }
    throw new Error(`none of ${wanted} was heard`);
  },
};

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
