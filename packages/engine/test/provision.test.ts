import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gpuProblem } from "../src/provision/gpu.js";
import { probeNative } from "../src/provision/index.js";
import {
  cudaRequirements,
  isComplete,
  nvidiaFile,
  unpackTensorFlow,
  unpackWheel,
  writeList,
} from "../src/provision/wheel.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-provision-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** CRC-32; Node has it only from 20.15 on. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A wheel: a zip archive of stored (uncompressed) files. */
function zip(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [bytes, path] = [Buffer.from(text), Buffer.from(name)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(checksum(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, path, bytes]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), common, tail, path]));
    locals.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, entries, Buffer.from("PK\x05\x06"), end]);
}

const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
const good = {
  "tensorflow/include/tensorflow/c/c_api.h": "header",
  "tensorflow/include/tsl/platform/ctstring.h": "a header that it includes",
  "tensorflow/include/Eigen/Core": "not needed",
  "tensorflow/libtensorflow_cc.so.2": "the C++ library",
  "tensorflow/libtensorflow_framework.so.2": "the framework",
  "tensorflow/python/ops.py": "not needed",
};

async function unpacked(files: Record<string, string>): Promise<string> {
  const wheel = join(folder, "a.whl");
  writeFileSync(wheel, zip(files));
  const to = join(folder, "out");
  mkdirSync(to);
  await writeList(to, await unpackTensorFlow(wheel, to, libraries));
  return to;
}

describe("a wheel", () => {
  test("is unpacked to the headers of the C API and the libraries, and nothing else", async () => {
    const to = await unpacked(good);
    expect(readFileSync(join(to, "lib", "libtensorflow_cc.so.2"), "utf8")).toBe("the C++ library");
    expect(readFileSync(join(to, "include", "tensorflow", "c", "c_api.h"), "utf8")).toBe("header");
    expect(existsSync(join(to, "include", "tsl", "platform", "ctstring.h"))).toBe(true);
    expect(existsSync(join(to, "include", "Eigen"))).toBe(false);
    expect(existsSync(join(to, "python"))).toBe(false);
    expect(await isComplete(to)).toBe(true);
  });

  test("without one of the libraries is rejected, and the error names it", async () => {
    const { "tensorflow/libtensorflow_framework.so.2": _, ...rest } = good;
    await expect(unpacked(rest)).rejects.toThrow(/libtensorflow_framework/);
  });

  test("with paths that leave the archive is rejected", async () => {
    await expect(unpacked({ ...good, "tensorflow/include/../../../evil.h": "x" })).rejects.toThrow();
    expect(existsSync(join(folder, "..", "evil.h"))).toBe(false);
  });

  test("that is cut short is rejected", async () => {
    const wheel = join(folder, "a.whl");
    writeFileSync(wheel, zip(good).subarray(0, 150));
    await expect(unpackTensorFlow(wheel, join(folder, "out"), libraries)).rejects.toThrow();
  });

  test("of NVIDIA is unpacked to its libraries, and nothing else", async () => {
    const wheel = join(folder, "a.whl");
    const library = "nvidia/cublas/lib/libcublas.so.12";
    writeFileSync(wheel, zip({ [library]: "library", "nvidia/cublas/include/cublas.h": "header" }));
    expect(await unpackWheel(wheel, join(folder, "out"), nvidiaFile)).toEqual({ [library]: 7 });
    expect(existsSync(join(folder, "out", "nvidia/cublas/include"))).toBe(false);
  });
});

describe("the libraries for GPUs", () => {
  const packages = [
    "cublas",
    "cuda-cupti",
    "cuda-runtime",
    "cudnn",
    "cufft",
    "cusolver",
    "cusparse",
    "nvjitlink",
  ];
  const metadata = (names: string[]) =>
    ["Metadata-Version: 2.1", "Requires-Dist: numpy (<2.0.0,>=1.23.5)"]
      .concat(
        names.map((name, i) => `Requires-Dist: nvidia-${name}-cu12 (==12.${i}.5.6) ; extra == 'and-cuda'`),
      )
      .concat("Requires-Dist: tensorrt (==8.6.1.post1) ; extra == 'and-cuda'")
      .join("\n");

  test("have the versions that TensorFlow's wheel names", () => {
    const expected = packages.map((name, i) => `nvidia-${name}-cu12==12.${i}.5.6`);
    expect(cudaRequirements(metadata(packages))).toEqual(expected);
  });

  test("are read from the current form of METADATA too", () => {
    const current = metadata(packages).replaceAll(/ \((==[^)]+)\) ;/g, "$1;");
    expect(current).toContain("nvidia-cudnn-cu12==12.3.5.6;");
    expect(cudaRequirements(current)).toEqual(cudaRequirements(metadata(packages)));
  });

  test("are an error if METADATA does not name one of them", () => {
    expect(() => cudaRequirements(metadata(packages.slice(1)))).toThrow("nvidia-cublas-cu12");
  });
});

describe("the reason why libtensorflow finds no GPU, by its log", () => {
  test.each([
    [
      "Could not load dynamic library 'libcuda.so.1'; dlerror: libcuda.so.1: cannot open shared object file",
      "no NVIDIA driver",
    ],
    [
      "failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected",
      "the NVIDIA driver sees no GPU",
    ],
    [
      "failed call to cuInit: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH: system has unsupported display driver",
      "too old",
    ],
    ["Could not load dynamic library 'libcudnn.so.8'\nCannot dlopen some GPU libraries.", "do not load"],
    ["failed call to cuInit: CUDA_ERROR_UNKNOWN: unknown error", "CUDA_ERROR_UNKNOWN: unknown error"],
    ["", "found no GPU"],
  ])("%s", (log, reason) => {
    expect(gpuProblem(log).message).toContain(reason);
  });
});

describe("an unpacked folder", () => {
  test("is complete only with every file in its full size", async () => {
    const to = await unpacked(good);
    truncateSync(join(to, "lib", "libtensorflow_cc.so.2"), 3);
    expect(await isComplete(to)).toBe(false);
    rmSync(join(to, "lib", "libtensorflow_cc.so.2"));
    expect(await isComplete(to)).toBe(false);
  });

  test("that does not exist is not complete", async () => {
    expect(await isComplete(join(folder, "nothing"))).toBe(false);
  });
});

/** Trains a small network in a separate process; returns the engine and the weights. */
async function trainOn(env: Record<string, string>): Promise<{
  exitCode: number | null;
  engine: string;
  weights: number[];
  stderr: string;
}> {
  const script = `
    const { Adam, Parameters, dense, squaredError, startEngine, tf } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
    const { stream } = await import(${JSON.stringify(new URL("../../random/dist/index.js", import.meta.url).href)});
    const engine = await startEngine({ threads: 1 });
    const random = stream(0, "engines");
    const parameters = new Parameters();
    const w = parameters.create("w", [6, 4], random.fill("normal", 24)), b = parameters.create("b", [4], new Float32Array(4));
    const v = parameters.create("v", [4, 6], random.fill("normal", 24)), c = parameters.create("c", [6], new Float32Array(6));
    const x = tf.tensor2d(random.fill("normal", 60), [10, 6]);
    const optimizer = new Adam(parameters, { learningRate: 0.01 });
    for (let i = 0; i < 20; i++) optimizer.minimize(() => ({ total: squaredError(dense(dense(x, w.value, b.value, "relu"), v.value, c.value, "linear"), x), terms: {}, weights: {} })).total.dispose();
    const weights = [...(await parameters.save()).values()].flatMap(({ values }) => [...values]);
    console.log("result:" + JSON.stringify({ engine: engine.name, weights }));
  `;
  const { exitCode, stdout, stderr } = await run({
    env: { ...process.env, ...env },
  })`${process.execPath} --input-type=module -e ${script}`;
  const result = /result:(.*)/.exec(stdout);
  return {
    exitCode,
    stderr,
    ...(result
      ? (JSON.parse(result[1]!) as { engine: string; weights: number[] })
      : { engine: "none", weights: [] }),
  };
}

describe("the engines", async () => {
  const best = await trainOn({});

  test.each(["wasm", "cpu"])(
    "%s trains the same weights as the best engine here, to float tolerance",
    async (name) => {
      const other = await trainOn({ GUMBEL_ENGINE: name });
      expect(other.engine, other.stderr).toBe(name);
      expect(other.weights).toHaveLength(best.weights.length);
      for (const [i, weight] of other.weights.entries()) expect(weight).toBeCloseTo(best.weights[i]!, 3);
    },
  );

  test("the same seed on the same engine trains the same bits in another process", async () => {
    expect((await trainOn({})).weights).toEqual(best.weights);
  });

  test("an unknown engine is rejected with the list of engines", async () => {
    const { exitCode, stderr } = await trainOn({ GUMBEL_ENGINE: "abacus" });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('GUMBEL_ENGINE: expected one of native, cuda, wasm, cpu, not "abacus"');
  });

  const gpu = await probeNative("cuda");
  test("cuda without a GPU is rejected with what to do", async ({ skip }) => {
    skip(gpu.state === "ready" && !gpu.noGpu, "this machine has a GPU");
    const { exitCode, stderr } = await trainOn({ GUMBEL_ENGINE: "cuda" });
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/the cuda engine does not run here: .+\n.*GUMBEL_ENGINE\n +to do: +\S/);
  });
});
