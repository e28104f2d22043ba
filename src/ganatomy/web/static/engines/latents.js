// Latents of a seed as torch draws them on the CPU: a Mersenne twister (Matsumoto, Nishimura, 1998), uniform numbers of
// 24 bits, and for the normal law the transform of Box and Muller on blocks of 16.

class Twister {
  constructor(seed) {
    this.state = new Uint32Array(624);
    this.state[0] = seed;
    for (let at = 1; at < 624; at += 1) {
      const before = this.state[at - 1] ^ (this.state[at - 1] >>> 30);
      this.state[at] = Math.imul(1812433253, before) + at;
    }
    this.next = 624;
  }

  draw() {
    if (this.next === 624) this.turn();
    let bits = this.state[this.next];
    this.next += 1;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  }

  /** A number in [0, 1). */
  uniform() {
    return (this.draw() & 0xffffff) / 0x1000000;
  }

  turn() {
    const { state } = this;
    for (let at = 0; at < 624; at += 1) {
      const bits = (state[at] & 0x80000000) | (state[(at + 1) % 624] & 0x7fffffff);
      state[at] = state[(at + 397) % 624] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }
}

/** The latent of a seed: `z_dim` numbers, and where there are classes the number of one behind. */
export function latentOfSeed(seed, about) {
  const twister = new Twister(seed);
  const latent = about.latent === "uniform"
    ? Float32Array.from({ length: about.z_dim }, () => 2 * twister.uniform() - 1)
    : normal(twister, about.z_dim);
  if (!about.class_names.length) return latent;
  return Float32Array.from([...latent, twister.draw() % about.class_names.length]);
}

/** `n` numbers of N(0, 1); fewer than 16 are drawn one after another, as torch does. */
function normal(twister, n) {
  if (n < 16) return fewNormal(twister, n);
  const values = Float32Array.from({ length: n }, () => twister.uniform());
  for (let start = 0; start + 16 <= n; start += 16) boxMuller(values, start);
  if (n % 16) {
    for (let at = n - 16; at < n; at += 1) values[at] = twister.uniform();
    boxMuller(values, n - 16);
  }
  return values;
}

function boxMuller(values, start) {
  for (let at = start; at < start + 8; at += 1) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[at]));
    const angle = 2 * Math.PI * values[at + 8];
    values[at] = radius * Math.cos(angle);
    values[at + 8] = radius * Math.sin(angle);
  }
}

/** Numbers of 53 bits, two of them for two normal ones, the second of which is kept for the next. */
function fewNormal(twister, n) {
  const long = () => {
    const high = twister.draw();
    const low = twister.draw();
    return ((high & 0x1fffff) * 2 ** 32 + low) / 2 ** 53;
  };
  const values = new Float32Array(n);
  for (let at = 0; at < n; at += 2) {
    const angle = 2 * Math.PI * long();
    const radius = Math.sqrt(-2 * Math.log1p(-long()));
    values[at] = radius * Math.cos(angle);
    if (at + 1 < n) values[at + 1] = radius * Math.sin(angle);
  }
  return values;
}
