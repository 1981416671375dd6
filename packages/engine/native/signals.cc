// TensorFlow's product of matrices writes past its memory if a signal interrupts it when the result has few columns: the handler
// of a profiler, or of a terminal that is resized. So threads that run kernels take no signal meanwhile; it comes afterwards, or to
// another thread. The compiler is told to call these functions in place of TensorFlow's (provision/addon.ts).
#undef TFE_Execute
#undef TFE_NewContext
#undef TFE_NewExecutor
#include "tensorflow/c/eager/c_api.h"
#include "tensorflow/c/eager/c_api_experimental.h"

#ifndef _WIN32
#include <csignal>
#endif

namespace {

class NoSignals {
 public:
#ifdef _WIN32
  NoSignals() {}
#else
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
#endif
};

}  // namespace

extern "C" {

void ExecuteWithoutSignals(TFE_Op *op, TFE_TensorHandle **results, int *count, TF_Status *status) {
  const NoSignals blocked;
  TFE_Execute(op, results, count, status);
}

// Threads take no signal if the one that starts them takes none.
TFE_Context *NewContextWithoutSignals(const TFE_ContextOptions *options, TF_Status *status) {
  const NoSignals blocked;
  return TFE_NewContext(options, status);
}

TFE_Executor *NewExecutorWithoutSignals(bool is_async, bool is_streaming, int in_flight) {
  const NoSignals blocked;
  return TFE_NewExecutor(is_async, is_streaming, in_flight);
}
}
