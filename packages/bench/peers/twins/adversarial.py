"""Steps of discriminators, on 100 labelled, 100 unlabelled and 100 generated examples."""

import torch
from torch import nn
from torch.nn import functional as F

from .parts import by_batch, clusters, d, given_labels
from .semi_supervised import NoisyLayers


class Generator(nn.Module):
    """Examples from uniform noise, normalised by their own statistics. It is not trained here."""

    def __init__(self, *sizes, activation, output, scale, epsilon):
        super().__init__()
        pairs = zip(sizes, sizes[1:])
        self.layers = nn.ModuleList(nn.Linear(by, to, bias=False) for by, to in pairs)
        self.scales = nn.ParameterList(torch.ones(to) for to in sizes[1:]) if scale else None
        self.shifts = nn.ParameterList(torch.zeros(to) for to in sizes[1:])
        self.noise, self.activation, self.output, self.epsilon = sizes[0], activation, output, epsilon
        self.requires_grad_(False)

    @torch.no_grad()
    def forward(self, count):
        h = torch.rand(count, self.noise)
        for i, layer in enumerate(self.layers):
            scale = self.scales[i] if self.scales else None
            h = self.activation(by_batch(layer(h), scale, self.shifts[i], self.epsilon))
        return torch.sigmoid(self.output(h))


class WeightNorm(nn.Module):
    """s x W / ‖W‖ + b. @param learns whether s is trained"""

    def __init__(self, inputs, outputs, learns):
        super().__init__()
        self.direction = nn.Parameter(0.1 * torch.randn(outputs, inputs))
        self.scale = nn.Parameter(torch.ones(outputs), requires_grad=learns)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        lengths = torch.linalg.vector_norm(self.direction, dim=1)
        factor = self.scale * torch.rsqrt(lengths.square() + 1e-6)
        return torch.addcmul(self.bias, F.linear(x, self.direction), factor)


class ImprovedGan(nn.Module):
    """No layer takes the statistics of a batch, so that all examples pass at once."""

    def __init__(self):
        super().__init__()
        sizes = d, 1000, 500, 250, 250, 250, clusters
        self.layers = nn.ModuleList(WeightNorm(by, to, to == clusters) for by, to in zip(sizes, sizes[1:]))
        output = WeightNorm(500, d, True)
        self.generator = Generator(
            100, 500, 500, activation=F.softplus, output=output, scale=False, epsilon=1e-6
        )
        self.labels = given_labels()

    def logits(self, x):
        h = x + 0.3 * torch.randn_like(x)
        for layer in self.layers[:-1]:
            h = F.relu(layer(h))
            h = h + 0.5 * torch.randn_like(h)
        return self.layers[-1](h)

    def forward(self, x):
        known = len(self.labels)
        drawn = self.generator(len(x) - known)
        logits = self.logits(torch.cat([x, drawn]))
        real, generated = logits[known:].logsumexp(1).split(len(drawn))
        supervised = F.cross_entropy(logits[:known], self.labels)
        # -log p(real) = softplus Z - Z = softplus -Z
        return supervised + 0.5 * (F.softplus(-real).mean() + F.softplus(generated).mean())


class CatGan(nn.Module):
    """Labelled, unlabelled and generated examples are normalised apart."""

    def __init__(self):
        super().__init__()
        self.hidden = NoisyLayers(d, 1000, 500, 250, 250, 250, activation=leaky)
        self.top = nn.Linear(250, clusters)
        output = nn.Linear(1000, d)
        self.generator = Generator(
            128, 500, 500, 1000, activation=leaky, output=output, scale=True, epsilon=1e-3
        )
        self.labels = given_labels()

    def logits(self, x):
        return self.top(leaky(self.hidden.noisy(x)[1]))

    def forward(self, x):
        known = len(self.labels)
        self.hidden.follow(x[known:])
        real = self.logits(x[known:])
        generated = self.logits(self.generator(len(real)))
        supervised = F.cross_entropy(self.logits(x[:known]), self.labels)
        share = F.softmax(real, 1).mean(0)
        spread = -(share * (share + 1e-8).log()).sum()
        return supervised + entropy(real) - entropy(generated) - spread


def leaky(h):
    return F.leaky_relu(h, 0.1)


def entropy(logits):
    log_p = F.log_softmax(logits, 1)
    return -(log_p.exp() * log_p).sum() / len(logits)
