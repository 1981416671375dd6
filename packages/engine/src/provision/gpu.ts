/** Explains why libtensorflow found no GPU, from its log at the start. */
import { ProvisionError } from "./error.js";

/** The oldest driver for CUDA 12, which TensorFlow 2.15 is built against. */
const driver = "525.60.13";

/** Patterns of libtensorflow's log and what they mean; the first match counts. */
const reasons: { pattern: RegExp; reason: string; hint: string }[] = [
  {
    pattern: /Could not load dynamic library 'libcuda\.so|Could not find cuda drivers/,
    reason: "no NVIDIA driver was found",
    hint: `install NVIDIA's driver, ${driver} or newer; start a container with its GPUs (docker run --gpus all)`,
  },
  {
    pattern:
      /insufficient driver version|driver version is insufficient|CUDA_ERROR_(SYSTEM_DRIVER_MISMATCH|COMPAT_NOT_SUPPORTED)|does not match DSO/i,
    reason: "the NVIDIA driver is too old, or its parts are of different versions",
    hint: `update NVIDIA's driver to ${driver} or newer, then restart the machine`,
  },
  {
    pattern: /CUDA_ERROR_NO_DEVICE|CUDA_ERROR_INVALID_DEVICE/,
    reason: "the NVIDIA driver sees no GPU",
    hint: "run nvidia-smi, and check that CUDA_VISIBLE_DEVICES does not hide the GPU",
  },
  {
    pattern: /Cannot dlopen some GPU libraries/,
    reason: "some of NVIDIA's libraries do not load",
    hint: "pnpm gumbel doctor --cuda --fix; if that changes nothing, report it",
  },
];

/**
 * The reason why no GPU was found.
 *
 * @param log libtensorflow's stderr, with TF_CPP_MIN_LOG_LEVEL=0 and TF_CPP_MAX_VLOG_LEVEL=1
 */
export function gpuProblem(log: string): ProvisionError {
  const match = reasons.find(({ pattern }) => pattern.test(log));
  if (match) return new ProvisionError(match.reason, match.hint);
  const call = /failed call to cuInit: (.+)/.exec(log)?.[1];
  const reason = call ? `the NVIDIA driver does not start: ${call}` : "TensorFlow found no GPU";
  return new ProvisionError(reason, "run nvidia-smi to see the state of the driver");
}
