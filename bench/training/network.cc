#include "bench/training/network.h"

#include <cmath>
#include <map>
#include <random>

namespace whorl::training {
namespace {

using fingerprint::Features;
using fingerprint::kFeatureCount;
using fingerprint::kHiddenUnits;
using fingerprint::ScoreModel;
using Matrix = Eigen::MatrixXf;
using Vector = Eigen::VectorXf;

// A uniform draw in [-1, 1] that is the same in every standard library.
float draw(std::mt19937_64& generator) {
  return static_cast<float>(static_cast<double>(generator() >> 11) * 0x1p-52 - 1.0);
}

struct Scaling {
  Features mean{};
  Features inverse_deviation{};
};

Scaling fit_scaling(const std::vector<Example>& examples) {
  Scaling out;
  const auto n = static_cast<double>(examples.size());
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    double sum = 0;
    double square = 0;
    for (const Example& e : examples) {
      sum += static_cast<double>(e.features[f]);
      square += std::pow(static_cast<double>(e.features[f]), 2);
    }
    const double mean = sum / n;
    out.mean[f] = static_cast<float>(mean);
    out.inverse_deviation[f] = static_cast<float>(1 / (std::sqrt(std::max(0.0, square / n - mean * mean)) + 1e-6));
  }
  return out;
}

Matrix scaled(const std::vector<Example>& examples, const Scaling& s) {
  Matrix x(static_cast<Eigen::Index>(kFeatureCount), static_cast<Eigen::Index>(examples.size()));
  for (std::size_t i = 0; i < examples.size(); ++i) {
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      const float v = (examples[i].features[f] - s.mean[f]) * s.inverse_deviation[f];
      x(static_cast<Eigen::Index>(f), static_cast<Eigen::Index>(i)) = std::clamp(v, -6.0F, 6.0F);
    }
  }
  return x;
}

Vector balanced_weights(const std::vector<Example>& examples) {
  std::map<std::pair<bool, int>, double> mass;
  std::map<bool, int> groups;
  for (const Example& e : examples) mass[{e.mated, e.group}] += e.weight;
  for (const auto& [key, total] : mass) ++groups[key.first];
  Vector w(static_cast<Eigen::Index>(examples.size()));
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const Example& e = examples[i];
    w(static_cast<Eigen::Index>(i)) =
        static_cast<float>(0.5 * e.weight / (mass[{e.mated, e.group}] * groups[e.mated]));
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

}  // namespace

ScoreModel train(const std::vector<Example>& examples, const TrainingParameters& p) {
  const Scaling scaling = fit_scaling(examples);
  const Matrix x = scaled(examples, scaling);
  const Vector w = balanced_weights(examples);
  Vector target(static_cast<Eigen::Index>(examples.size()));
  for (std::size_t i = 0; i < examples.size(); ++i) {
    target(static_cast<Eigen::Index>(i)) = examples[i].mated ? 1.0F : 0.0F;
  }
  ScoreModel out;
  out.mean = scaling.mean;
  out.inverse_deviation = scaling.inverse_deviation;
  const auto members = static_cast<std::size_t>(p.members);
  const std::size_t units = kHiddenUnits / members;
  for (std::size_t k = 0; k < members; ++k) {
    const Network net = train_member(x, target, w, static_cast<Eigen::Index>(units), p, p.seed + k);
    const float share = 1 / static_cast<float>(members);
    out.output_bias += share * net.output_bias(0);
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      out.straight[f] += share * net.straight(static_cast<Eigen::Index>(f));
    }
    for (std::size_t u = 0; u < units; ++u) {
      const auto row = static_cast<Eigen::Index>(u);
      const std::size_t at = k * units + u;
      out.bias[at] = net.bias(row);
      out.output[at] = share * net.output(row);
      for (std::size_t f = 0; f < kFeatureCount; ++f) out.weight[f][at] = net.weight(row, static_cast<Eigen::Index>(f));
    }
  }
  return out;
}

}  // namespace whorl::training
