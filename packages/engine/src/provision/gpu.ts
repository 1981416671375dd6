/** Why libtensorflow found no GPU, out of what it says when it starts. */
import { ProvisionError } from "./error.js";

/** The oldest driver for CUDA 12, against which TensorFlow 2.15 is built. */
const driver = "525.60.13";

/** What libtensorflow's log says, and what that means; the first that is found counts. */
const reasons: { said: RegExp; reason: string; cure: string }[] = [
  {
    said: /Could not load dynamic library 'libcuda\.so|Could not find cuda drivers/,
    reason: "no NVIDIA driver was found",
    cure: `install NVIDIA's driver, ${driver} or newer; start a container with its GPUs (docker run --gpus all)`,
  },
  {
    said: /insufficient driver version|driver version is insufficient|CUDA_ERROR_(SYSTEM_DRIVER_MISMATCH|COMPAT_NOT_SUPPORTED)|does not match DSO/i,
    reason: "the NVIDIA driver is too old, or its parts are of different versions",
    cure: `update NVIDIA's driver to ${driver} or newer, then restart the machine`,
  },
  {
    said: /CUDA_ERROR_NO_DEVICE|CUDA_ERROR_INVALID_DEVICE/,
    reason: "the NVIDIA driver sees no GPU",
    cure: "see what nvidia-smi shows, and that CUDA_VISIBLE_DEVICES does not hide it",
  },
  {
    said: /Cannot dlopen some GPU libraries/,
    reason: "some of NVIDIA's libraries do not load",
    cure: "pnpm gumbel doctor --cuda --fix; if that changes nothing, report it",
  },
];

/**
 * Why no GPU was found.
 *
 * @param log what libtensorflow wrote to stderr, with TF_CPP_MIN_LOG_LEVEL=0 and TF_CPP_MAX_VLOG_LEVEL=1
 */
export function gpuProblem(log: string): ProvisionError {
  const known = reasons.find(({ said }) => said.test(log));
  if (known) return new ProvisionError(known.reason, known.cure);
  const call = /failed call to cuInit: (.+)/.exec(log)?.[1];
  const reason = call ? `the NVIDIA driver does not start: ${call}` : "TensorFlow found no GPU";
  return new ProvisionError(reason, "see what nvidia-smi shows");
}
