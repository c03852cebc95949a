#include "bench/training/network.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace whorl::training {
namespace {

using fingerprint::ScoreModel;
using fingerprint::TailModel;
using Matrix = Eigen::MatrixXf;
using Vector = Eigen::VectorXf;

// A uniform draw in [-1, 1] that is the same in every standard library.
float draw(std::mt19937_64& generator) {
  return static_cast<float>(static_cast<double>(generator() >> 11) * 0x1p-52 - 1.0);
}

// One column an example.
template <class Inputs>
Matrix columns(const std::vector<Example>& examples, const Inputs& inputs) {
  const auto first = inputs(fingerprint::Features{});
  Matrix x(static_cast<Eigen::Index>(first.size()), static_cast<Eigen::Index>(examples.size()));
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto in = inputs(examples[i].features);
    x.col(static_cast<Eigen::Index>(i)) = Eigen::Map<const Vector>(in.data(), x.rows());
  }
  return x;
}

struct Scaling {
  Vector mean;
  Vector inverse_deviation;
};

// Each example counts by the weight of its group.
Scaling fit_scaling(const Matrix& x, const std::vector<Example>& examples) {
  Eigen::VectorXd share(x.cols());
  for (std::size_t i = 0; i < examples.size(); ++i) share(static_cast<Eigen::Index>(i)) = examples[i].weight;
  share /= share.sum();
  const Eigen::MatrixXd exact = x.cast<double>();
  const Eigen::VectorXd mean = exact * share;
  const Eigen::VectorXd squares = exact.array().square().matrix() * share;
  const Eigen::VectorXd variance = squares.array() - mean.array().square();
  return {mean.cast<float>(), (variance.array().max(0).sqrt() + 1e-6).inverse().matrix().cast<float>()};
}

void scale(Matrix& x, const Scaling& s) {
  x = ((x.colwise() - s.mean).array().colwise() * s.inverse_deviation.array()).min(6.0F).max(-6.0F);
}

Vector balanced_weights(const std::vector<Example>& examples) {
  std::map<std::pair<bool, int>, double> count;
  for (const Example& e : examples) count[{e.mated, e.group}] += 1;
  const auto unscaled = [&](const Example& e) { return e.weight / count[{e.mated, e.group}]; };
  std::map<bool, double> total;
  for (const Example& e : examples) total[e.mated] += unscaled(e);
  Vector w(static_cast<Eigen::Index>(examples.size()));
  for (std::size_t i = 0; i < examples.size(); ++i) {
    w(static_cast<Eigen::Index>(i)) = static_cast<float>(0.5 * unscaled(examples[i]) / total[examples[i].mated]);
  }
  return w;
}

// Adam's moments for one block of parameters (Kingma and Ba, ICLR 2015).
template <class Block>
class Adam {
 public:
  explicit Adam(const Block& like) : first_(Block::Zero(like.rows(), like.cols())), second_(first_) {}

  void step(Block& value, const Block& gradient, double rate, double decay, int t) {
    const Block g = gradient + static_cast<float>(decay) * value;
    first_ = 0.9F * first_ + 0.1F * g;
    second_ = 0.999F * second_ + 0.001F * g.cwiseProduct(g);
    const auto scale = static_cast<float>(rate / (1 - std::pow(0.9, t)));
    const auto unbias = static_cast<float>(1 / (1 - std::pow(0.999, t)));
    value.array() -= scale * first_.array() / ((second_.array() * unbias).sqrt() + 1e-8F);
  }

 private:
  Block first_;
  Block second_;
};

struct Network {
  Matrix weight;  // units x features
  Vector bias;
  Vector output;
  Vector straight;
  Vector output_bias = Vector::Zero(1);
};

Network train_member(const Matrix& x, const Vector& target, const Vector& w, Eigen::Index units,
                     const TrainingParameters& p, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const float in = 1 / std::sqrt(static_cast<float>(x.rows()));
  const float out = 1 / std::sqrt(static_cast<float>(units));
  Network net;
  net.weight = Matrix::NullaryExpr(units, x.rows(), [&] { return in * draw(generator); });
  net.bias = Vector::NullaryExpr(units, [&] { return in * draw(generator); });
  net.output = Vector::NullaryExpr(units, [&] { return out * draw(generator); });
  net.straight = Vector::Zero(x.rows());
  Adam<Vector> straight_steps(net.straight);
  Adam<Matrix> weight_steps(net.weight);
  Adam<Vector> bias_steps(net.bias);
  Adam<Vector> output_steps(net.output);
  Adam<Vector> output_bias_steps(net.output_bias);
  for (int t = 1; t <= p.epochs; ++t) {
    const Matrix hidden = ((net.weight * x).colwise() + net.bias).array().tanh();
    const Vector logit = (hidden.transpose() * net.output + x.transpose() * net.straight).array() + net.output_bias(0);
    const Vector slope = ((1 / (1 + (-logit.array()).exp())) - target.array()) * w.array();
    const Matrix back = (net.output * slope.transpose()).array() * (1 - hidden.array().square());
    weight_steps.step(net.weight, back * x.transpose(), p.learning_rate, p.decay, t);
    bias_steps.step(net.bias, back.rowwise().sum(), p.learning_rate, p.decay, t);
    straight_steps.step(net.straight, x * slope, p.learning_rate, p.decay, t);
    output_steps.step(net.output, hidden * slope, p.learning_rate, p.decay, t);
    output_bias_steps.step(net.output_bias, Vector::Constant(1, slope.sum()), p.learning_rate, p.decay, t);
  }
  return net;
}

// Pours Eigen's numbers into an array.
template <class Array>
void pour(const Vector& from, Array& to) {
  std::copy(from.data(), from.data() + from.size(), to.begin());
}

// Model: ScoreModel or TailModel. `inputs` turns an example's features into the model's.
template <class Model, class Inputs>
Model train_any(const std::vector<Example>& examples, const Inputs& inputs, const TrainingParameters& p) {
  if (examples.empty()) return {};
  Matrix x = columns(examples, inputs);
  const Scaling scaling = fit_scaling(x, examples);
  scale(x, scaling);
  const Vector w = balanced_weights(examples);
  Vector target(x.cols());
  for (std::size_t i = 0; i < examples.size(); ++i) {
    target(static_cast<Eigen::Index>(i)) = examples[i].mated ? 1.0F : 0.0F;
  }
  Model out;
  pour(scaling.mean, out.mean);
  pour(scaling.inverse_deviation, out.inverse_deviation);
  const auto members = static_cast<std::size_t>(p.members);
  const std::size_t units = out.bias.size() / members;
  for (std::size_t k = 0; k < members; ++k) {
    const Network net = train_member(x, target, w, static_cast<Eigen::Index>(units), p, p.seed + k);
    const float share = 1 / static_cast<float>(members);
    out.output_bias += share * net.output_bias(0);
    for (std::size_t f = 0; f < out.straight.size(); ++f) {
      out.straight[f] += share * net.straight(static_cast<Eigen::Index>(f));
    }
    for (std::size_t u = 0; u < units; ++u) {
      const auto row = static_cast<Eigen::Index>(u);
      const std::size_t at = k * units + u;
      out.bias[at] = net.bias(row);
      out.output[at] = share * net.output(row);
      for (std::size_t f = 0; f < out.straight.size(); ++f) {
        out.weight[f][at] = net.weight(row, static_cast<Eigen::Index>(f));
      }
    }
  }
  return out;
}

}  // namespace

ScoreModel train(const std::vector<Example>& examples, const TrainingParameters& p) {
  return train_any<ScoreModel>(
      examples, [](const fingerprint::Features& f) { return f; }, p);
}

TailModel train_tail(const std::vector<Example>& examples, const TrainingParameters& p) {
  return train_any<TailModel>(examples, fingerprint::tail_inputs, p);
}

}  // namespace whorl::training
