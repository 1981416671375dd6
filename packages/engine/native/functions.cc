// tfjs-node's addon with eight functions more: `defineFunction` makes a graph into a function of the eager context,
// `callFunction` begins it on a thread of its own and returns, `finishCalls` waits until all that were begun are done. A
// whole training step becomes one call, and JavaScript prepares the next one while it runs. The context is the same, so
// a function sees the resource variables that single kernels see. `copyTensor` makes the tensors that it may be given.
// `findNearest` is an iteration of k-means (nearest.h), `expectMixture` the expectation of a Gaussian mixture (mixture.h),
// `squaredDistances` what compares all pairs of points (distances.h), `movePoints` a pass of UMAP's layout (umap.h).
//
// Compiled in place of tfjs_binding.cc, which it includes, with access checks off (the context is private there).
#include <node_api.h>
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)  // Registered below, with the function added.
#include "tfjs_binding.cc"
#include "distances.h"
#include "mixture.h"
#include "nearest.h"
#include "umap.h"
#include "tensorflow/c/eager/c_api_experimental.h"

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using Status = std::unique_ptr<TF_Status, decltype(&TF_DeleteStatus)>;
using Graph = std::unique_ptr<TF_Graph, decltype(&TF_DeleteGraph)>;
using Function = std::unique_ptr<TF_Function, decltype(&TF_DeleteFunction)>;
using Options = std::unique_ptr<TF_ImportGraphDefOptions, decltype(&TF_DeleteImportGraphDefOptions)>;
using Buffer = std::unique_ptr<TF_Buffer, decltype(&TF_DeleteBuffer)>;

std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  return text;
}

// An array of "node" or "node:output".
std::vector<TF_Output> Outputs(napi_env env, napi_value array, TF_Graph *graph) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  std::vector<TF_Output> outputs(length);
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    napi_get_element(env, array, i, &element);
    const std::string name = Text(env, element);
    const size_t colon = name.find(':');
    outputs[i].oper = TF_GraphOperationByName(graph, name.substr(0, colon).c_str());
    outputs[i].index = colon == std::string::npos ? 0 : atoi(name.c_str() + colon + 1);
  }
  return outputs;
}

bool Failed(napi_env env, const Status &status) {
  if (TF_GetCode(status.get()) == TF_OK) return false;
  napi_throw_error(env, nullptr, TF_Message(status.get()));
  return true;
}

// defineFunction(name, serialized GraphDef, inputs, outputs, nodes that must run)
napi_value DefineFunction(napi_env env, napi_callback_info info) {
  size_t argc = 5;
  napi_value args[5];
  napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
  void *bytes = nullptr;
  size_t size = 0;
  if (argc < 5 || napi_get_typedarray_info(env, args[1], nullptr, &size, &bytes, nullptr, nullptr) != napi_ok) {
    napi_throw_type_error(env, nullptr, "defineFunction(name, graph, inputs, outputs, nodes)");
    return nullptr;
  }
  Status status(TF_NewStatus(), TF_DeleteStatus);
  Graph graph(TF_NewGraph(), TF_DeleteGraph);
  Options options(TF_NewImportGraphDefOptions(), TF_DeleteImportGraphDefOptions);
  Buffer definition(TF_NewBufferFromString(bytes, size), TF_DeleteBuffer);
  TF_GraphImportGraphDef(graph.get(), definition.get(), options.get(), status.get());
  if (Failed(env, status)) return nullptr;

  const std::vector<TF_Output> inputs = Outputs(env, args[2], graph.get());
  const std::vector<TF_Output> outputs = Outputs(env, args[3], graph.get());
  std::vector<const TF_Operation *> nodes;
  for (const TF_Output &node : Outputs(env, args[4], graph.get())) nodes.push_back(node.oper);
  Function function(
      TF_GraphToFunctionWithControlOutputs(graph.get(), Text(env, args[0]).c_str(), 0, -1, nullptr, inputs.size(),
                                           inputs.data(), outputs.size(), outputs.data(), nullptr, nodes.size(),
                                           nodes.data(), nullptr, nullptr, nullptr, status.get()),
      TF_DeleteFunction);
  if (Failed(env, status)) return nullptr;
  tfnodejs::TFJSBackend *backend = tfnodejs::GetTFJSBackend(env);
  if (backend == nullptr) return nullptr;
  TFE_ContextAddFunction(backend->tfe_context_, function.get(), status.get());
  Failed(env, status);
  return nullptr;
}

// copyTensor(shape, type, values) -> id, of a tensor with memory of its own. createTensor shares the memory of JavaScript,
// which only JavaScript's thread may free; a function's threads free what they are done with.
napi_value CopyTensor(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value args[3];
  napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
  uint32_t rank = 0;
  int32_t type = 0;
  size_t offset = 0;
  napi_value buffer;
  napi_typedarray_type kind;
  void *values = nullptr;
  size_t length = 0;
  if (argc < 3 || napi_get_array_length(env, args[0], &rank) != napi_ok || napi_get_value_int32(env, args[1], &type) != napi_ok ||
      napi_get_typedarray_info(env, args[2], &kind, &length, &values, &buffer, &offset) != napi_ok) {
    napi_throw_type_error(env, nullptr, "copyTensor(shape, type, values)");
    return nullptr;
  }
  std::vector<int64_t> shape(rank);
  size_t elements = 1;
  for (uint32_t i = 0; i < rank; i++) {
    napi_value element;
    napi_get_element(env, args[0], i, &element);
    napi_get_value_int64(env, element, &shape[i]);
    elements *= shape[i];
  }
  const size_t bytes = length * (kind == napi_uint8_array ? 1 : 4);
  const TF_DataType dtype = static_cast<TF_DataType>(type);
  if (elements * TF_DataTypeSize(dtype) != bytes) {
    napi_throw_range_error(env, nullptr, "copyTensor: the values do not fill the shape");
    return nullptr;
  }
  tfnodejs::TFJSBackend *backend = tfnodejs::GetTFJSBackend(env);
  if (backend == nullptr) return nullptr;
  Status status(TF_NewStatus(), TF_DeleteStatus);
  std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)> tensor(TF_AllocateTensor(dtype, shape.data(), rank, bytes), TF_DeleteTensor);
  if (bytes > 0) memcpy(TF_TensorData(tensor.get()), values, bytes);
  TFE_TensorHandle *handle = TFE_NewTensorHandle(tensor.get(), status.get());
  if (Failed(env, status)) return nullptr;
  napi_value id;
  napi_create_int32(env, backend->InsertHandle(handle), &id);
  return id;
}

// Runs functions one after the other, in the order of their calls. Never deleted: it lasts as long as the process.
TFE_Executor *Calls() {
  static TFE_Executor *calls = TFE_NewExecutor(true, false, 0);
  return calls;
}

using Op = std::unique_ptr<TFE_Op, decltype(&TFE_DeleteOp)>;
using Executor = std::unique_ptr<TFE_Executor, decltype(&TFE_DeleteExecutor)>;

// callFunction(name, ids of the inputs, number of outputs) -> ids of the outputs, whose values come when it is done
napi_value CallFunction(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value args[3];
  napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
  uint32_t inputs = 0;
  int32_t outputs = 0;
  if (argc < 3 || napi_get_array_length(env, args[1], &inputs) != napi_ok || napi_get_value_int32(env, args[2], &outputs) != napi_ok) {
    napi_throw_type_error(env, nullptr, "callFunction(name, inputs, outputs)");
    return nullptr;
  }
  tfnodejs::TFJSBackend *backend = tfnodejs::GetTFJSBackend(env);
  if (backend == nullptr) return nullptr;
  Status status(TF_NewStatus(), TF_DeleteStatus);
  // An operation belongs to the executor that its thread has when it is made.
  Executor before(TFE_ContextGetExecutorForThread(backend->tfe_context_), TFE_DeleteExecutor);
  TFE_ContextSetExecutorForThread(backend->tfe_context_, Calls());
  Op op(TFE_NewOp(backend->tfe_context_, Text(env, args[0]).c_str(), status.get()), TFE_DeleteOp);
  TFE_ContextSetExecutorForThread(backend->tfe_context_, before.get());
  if (Failed(env, status)) return nullptr;
  for (uint32_t i = 0; i < inputs; i++) {
    napi_value element;
    int32_t id = -1;
    napi_get_element(env, args[1], i, &element);
    napi_get_value_int32(env, element, &id);
    const auto found = backend->tfe_handle_map_.find(id);
    if (found == backend->tfe_handle_map_.end()) {
      napi_throw_error(env, nullptr, "callFunction: an input is no tensor");
      return nullptr;
    }
    TFE_OpAddInput(op.get(), found->second, status.get());
    if (Failed(env, status)) return nullptr;
  }
  std::vector<TFE_TensorHandle *> handles(outputs, nullptr);
  int size = outputs;
  TFE_Execute(op.get(), handles.data(), &size, status.get());
  if (Failed(env, status)) return nullptr;
  napi_value ids;
  napi_create_array_with_length(env, size, &ids);
  for (int i = 0; i < size; i++) {
    napi_value id;
    napi_create_int32(env, backend->InsertHandle(handles[i]), &id);
    napi_set_element(env, ids, i, id);
  }
  return ids;
}

// finishCalls(): throws the error of a function that failed.
napi_value FinishCalls(napi_env env, napi_callback_info) {
  Status status(TF_NewStatus(), TF_DeleteStatus);
  TFE_ExecutorWaitForAllPendingNodes(Calls(), status.get());
  if (TF_GetCode(status.get()) != TF_OK) TFE_ExecutorClearError(Calls());
  Failed(env, status);
  return nullptr;
}

// The numbers of a typed array of JavaScript, and how many there are.
template <typename Number>
Number *Numbers(napi_env env, napi_value array, napi_typedarray_type expected, size_t *length) {
  napi_typedarray_type type;
  void *values = nullptr;
  if (napi_get_typedarray_info(env, array, &type, length, &values, nullptr, nullptr) != napi_ok || type != expected) return nullptr;
  return static_cast<Number *>(values);
}

// Fills `values` from as many arguments, each by `get`; false if one is no number.
template <typename Value, size_t count, typename Get>
bool Values(napi_env env, const napi_value *args, Get get, Value (&values)[count]) {
  for (Value &value : values)
    if (get(env, *args++, &value) != napi_ok) return false;
  return true;
}

// Values of [n, d] points: those of a typed array, or of a tensor that JavaScript knows by its id, which `tensor` keeps. Null if the
// argument is neither or of another size, which is thrown.
using Tensor = std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>;
const float *Points(napi_env env, napi_value argument, size_t n, size_t d, Tensor *tensor) {
  size_t length = 0;
  int32_t id = -1;
  const float *values = Numbers<float>(env, argument, napi_float32_array, &length);
  if (values == nullptr && napi_get_value_int32(env, argument, &id) == napi_ok) {
    tfnodejs::TFJSBackend *backend = tfnodejs::GetTFJSBackend(env);
    if (backend == nullptr) return nullptr;
    const auto found = backend->tfe_handle_map_.find(id);
    if (found != backend->tfe_handle_map_.end()) {
      Status status(TF_NewStatus(), TF_DeleteStatus);
      tensor->reset(TFE_TensorHandleResolve(found->second, status.get()));
      if (Failed(env, status)) return nullptr;
      if (TF_TensorType(tensor->get()) == TF_FLOAT) {
        values = static_cast<const float *>(TF_TensorData(tensor->get()));
        length = TF_TensorByteSize(tensor->get()) / sizeof(float);
      }
    }
  }
  if (values == nullptr)
    napi_throw_type_error(env, nullptr, "the points are neither numbers nor a tensor of the engine");
  else if (length != n * d)
    napi_throw_range_error(env, nullptr, "the sizes do not fit");
  return length == n * d ? values : nullptr;
}

// findNearest(points or their id, centre, scale, centroids, threads, assignment, distances, sums, counts): fills the last four
// (nearest.h).
napi_value FindNearestCentroids(napi_env env, napi_callback_info info) {
  size_t argc = 9;
  napi_value args[9];
  napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
  int32_t threads = 0;
  double scale = 0;
  size_t d = 0, centroids = 0, assigned = 0, distances = 0, sums = 0, counts = 0;
  Nearest problem{};
  if (argc == 9 && napi_get_value_double(env, args[2], &scale) == napi_ok &&
      napi_get_value_int32(env, args[4], &threads) == napi_ok) {
    problem.centre = Numbers<float>(env, args[1], napi_float32_array, &d);
    problem.centroids = Numbers<float>(env, args[3], napi_float32_array, &centroids);
    problem.assignment = Numbers<int32_t>(env, args[5], napi_int32_array, &assigned);
    problem.distances = Numbers<float>(env, args[6], napi_float32_array, &distances);
    problem.sums = Numbers<double>(env, args[7], napi_float64_array, &sums);
    problem.counts = Numbers<int32_t>(env, args[8], napi_int32_array, &counts);
  }
  if (problem.counts == nullptr) {
    napi_throw_type_error(env, nullptr,
                          "findNearest(points, centre, scale, centroids, threads, assignment, distances, sums, counts)");
    return nullptr;
  }
  problem.n = assigned;
  problem.k = counts;
  problem.d = d;
  problem.scale = static_cast<float>(scale);
  if (counts == 0 || distances != problem.n || sums != centroids || centroids != problem.k * problem.d || threads < 1) {
    napi_throw_range_error(env, nullptr, "findNearest: the sizes do not fit");
    return nullptr;
  }
  Tensor tensor(nullptr, TF_DeleteTensor);
  problem.points = Points(env, args[0], problem.n, problem.d, &tensor);
  if (problem.points == nullptr) return nullptr;
  FindNearest(problem, threads);
  return nullptr;
}

// expectMixture(points or their id, n, centre, scale, linear, quadratic, offsets, threads, mass, first, second): fills the last three
// and returns the log-likelihood (mixture.h).
napi_value ExpectationOfMixture(napi_env env, napi_callback_info info) {
  size_t argc = 11;
  napi_value args[11];
  napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
  int32_t threads = 0;
  int64_t n = 0;
  double scale = 0;
  size_t d = 0, linear = 0, quadratic = 0, k = 0, mass = 0, first = 0, second = 0;
  Expectation problem{};
  if (argc == 11 && napi_get_value_int64(env, args[1], &n) == napi_ok && napi_get_value_double(env, args[3], &scale) == napi_ok &&
      napi_get_value_int32(env, args[7], &threads) == napi_ok) {
    problem.centre = Numbers<float>(env, args[2], napi_float32_array, &d);
    problem.linear = Numbers<float>(env, args[4], napi_float32_array, &linear);
    problem.quadratic = Numbers<float>(env, args[5], napi_float32_array, &quadratic);
    problem.offsets = Numbers<double>(env, args[6], napi_float64_array, &k);
    problem.mass = Numbers<double>(env, args[8], napi_float64_array, &mass);
    problem.first = Numbers<double>(env, args[9], napi_float64_array, &first);
    problem.second = Numbers<double>(env, args[10], napi_float64_array, &second);
  }
  if (problem.second == nullptr) {
    napi_throw_type_error(env, nullptr,
                          "expectMixture(points, n, centre, scale, linear, quadratic, offsets, threads, mass, first, second)");
    return nullptr;
  }
  if (n < 0 || k < 1 || linear != k * d || quadratic != k * d || mass != k || first != k * d || second != k * d || threads < 1) {
    napi_throw_range_error(env, nullptr, "expectMixture: the sizes do not fit");
    return nullptr;
  }
  problem.n = n;
  problem.d = d;
  problem.k = k;
  problem.scale = static_cast<float>(scale);
  Tensor tensor(nullptr, TF_DeleteTensor);
  problem.points = Points(env, args[0], problem.n, problem.d, &tensor);
  if (problem.points == nullptr) return nullptr;
  napi_value likelihood;
  return napi_create_double(env, Expect(problem, threads), &likelihood) == napi_ok ? likelihood : nullptr;
}

// squaredDistances(points, d, from, to, threads, distances): fills the last (distances.h).
napi_value SquaredDistancesOfRows(napi_env env, napi_callback_info info) {
  size_t argc = 6;
  napi_value args[6];
  napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
  int64_t sizes[4] = {};
  size_t values = 0, distances = 0;
  Distances problem{};
  if (argc == 6 && Values(env, args + 1, napi_get_value_int64, sizes)) {
    problem.points = Numbers<float>(env, args[0], napi_float32_array, &values);
    problem.distances = Numbers<double>(env, args[5], napi_float64_array, &distances);
  }
  const auto [d, from, to, threads] = sizes;
  if (problem.points == nullptr || problem.distances == nullptr) {
    napi_throw_type_error(env, nullptr, "squaredDistances(points, d, from, to, threads, distances)");
    return nullptr;
  }
  problem.d = d;
  problem.from = from;
  problem.to = to;
  if (d < 1 || from < 0 || to < from || threads < 1 || problem.to * problem.d > values ||
      (problem.to - problem.from) * problem.to > distances) {
    napi_throw_range_error(env, nullptr, "squaredDistances: the sizes do not fit");
    return nullptr;
  }
  SquaredDistances(problem, static_cast<int>(threads));
  return nullptr;
}

// movePoints(before, after, starts, neighbours, periods, next, states, ofTwos, ofFractions, d, a, b, rate, number, threads): fills
// `after`, changes `next` and `states` (umap.h).
napi_value MovePointsOfPass(napi_env env, napi_callback_info info) {
  constexpr size_t arrays = 9, numbers = 6;
  size_t argc = arrays + numbers;
  napi_value args[arrays + numbers];
  napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
  double values[numbers] = {};
  size_t before = 0, after = 0, starts = 0, neighbours = 0, periods = 0, next = 0, states = 0, twos = 0, fractions = 0;
  Pass pass{};
  if (argc == arrays + numbers && Values(env, args + arrays, napi_get_value_double, values)) {
    pass.before = Numbers<float>(env, args[0], napi_float32_array, &before);
    pass.after = Numbers<float>(env, args[1], napi_float32_array, &after);
    pass.starts = Numbers<int32_t>(env, args[2], napi_int32_array, &starts);
    pass.neighbours = Numbers<int32_t>(env, args[3], napi_int32_array, &neighbours);
    pass.periods = Numbers<float>(env, args[4], napi_float32_array, &periods);
    pass.next = Numbers<float>(env, args[5], napi_float32_array, &next);
    pass.states = Numbers<uint32_t>(env, args[6], napi_uint32_array, &states);
    pass.ofTwos = Numbers<double>(env, args[7], napi_float64_array, &twos);
    pass.ofFractions = Numbers<double>(env, args[8], napi_float64_array, &fractions);
  }
  if (pass.starts == nullptr || pass.ofFractions == nullptr) {
    napi_throw_type_error(env, nullptr,
                          "movePoints(before, after, starts, neighbours, periods, next, states, ofTwos, ofFractions, d, a, b, "
                          "rate, number, threads)");
    return nullptr;
  }
  const auto [d, a, b, rate, number, threads] = values;
  const size_t n = states / 2;
  const bool fit = n > 0 && d >= 1 && threads >= 1 && starts == n + 1 && before == n * static_cast<size_t>(d) && after == before &&
                   neighbours == static_cast<size_t>(pass.starts[n]) && periods == neighbours && next == neighbours &&
                   twos == 256 && fractions == 4096;
  if (!fit) {
    napi_throw_range_error(env, nullptr, "movePoints: the sizes do not fit");
    return nullptr;
  }
  pass.n = n;
  pass.d = static_cast<size_t>(d);
  pass.a = a;
  pass.b = b;
  pass.rate = rate;
  pass.number = static_cast<int32_t>(number);
  MovePoints(pass, static_cast<int>(threads));
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  exports = tfnodejs::InitTFNodeJSBinding(env, exports);
  if (exports == nullptr) return nullptr;
  const std::pair<const char *, napi_callback> ours[] = {
      {"defineFunction", DefineFunction}, {"callFunction", CallFunction}, {"finishCalls", FinishCalls},
      {"copyTensor", CopyTensor}, {"findNearest", FindNearestCentroids}, {"expectMixture", ExpectationOfMixture},
      {"squaredDistances", SquaredDistancesOfRows}, {"movePoints", MovePointsOfPass}};
  for (const auto &[name, callback] : ours) {
    napi_value function;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) != napi_ok) return nullptr;
    napi_set_named_property(env, exports, name, function);
  }
  return exports;
}
