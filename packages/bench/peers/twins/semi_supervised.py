"""Dense systems that see 100 labelled examples, which are first in a batch, beside 100 others."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .parts import (
    by_batch, categorical_kl, clusters, cross_entropy, d, gaussian_kl, given_labels, mlp, sample, squared_error,
)


class AuxiliaryClustering(nn.Module):
    """Each unlabelled example takes the label of the nearest labelled feature."""

    def __init__(self, feature=150):
        super().__init__()
        self.g, self.body = mlp(d, 512, 512, feature, end=True), mlp(feature, 512, 512, d)
        self.logits = nn.Linear(feature, clusters)
        self.from_f, self.from_c = nn.Linear(feature, feature), nn.Linear(clusters, feature)
        self.labels = given_labels()

    @torch.no_grad()
    def assign(self, distances):
        """The label of every example, and how much its distance to each labelled one counts."""
        known = len(self.labels)
        assigned = torch.cat([self.labels, self.labels[distances[known:].argmin(1)]])
        # The labelled examples of the same class, but the example itself.
        others = (assigned[:, None] == self.labels).float()
        others[:known].fill_diagonal_(0)
        weights = others / (2 * others.sum(1, keepdim=True).clamp(min=1)).sqrt()
        weights[:known] *= 0.6 / known
        weights[known:] *= 0.4 / (len(weights) - known)
        return assigned, weights

    def forward(self, x):
        f = self.g(x)
        scores = self.logits(f)
        squares = f.square().sum(1, keepdim=True)
        known = len(self.labels)
        distances = (F.relu(squares + squares[:known].T - 2 * f @ f[:known].T) + 1e-6).sqrt()
        assigned, weights = self.assign(distances)
        decoded = self.body(F.relu(self.from_f(f) + self.from_c(F.gumbel_softmax(scores, tau=1.0))))
        reconstruction = squared_error(decoded, x) / d
        # tanh(-log p)
        squared = F.softmax(scores, 1).square()
        surprise = (1 - squared) / (1 + squared)
        share = 1 / (clusters - 1)
        signs = F.one_hot(assigned, clusters) * (1 + share) - share
        assignment = ((surprise * signs).sum(1) + 1).sum() / (2 * len(x))
        feature = (distances * weights).sum()
        return reconstruction + categorical_kl(scores) / math.log(clusters) + 10 * assignment + feature


class AuxiliaryTasksVae(nn.Module):
    """Each unlabelled example takes the label of most of its seven nearest labelled features."""

    def __init__(self, feature=200, latent=150):
        super().__init__()
        self.g, self.body = mlp(d, 512, 512, feature, end=True), mlp(feature, 512, 512, d)
        self.mean, self.log_variance = nn.Linear(feature, latent), nn.Linear(feature, latent)
        self.logits = nn.Linear(feature, clusters)
        self.from_z, self.from_c = nn.Linear(latent, feature), nn.Linear(clusters, feature)
        self.labels = given_labels()

    @torch.no_grad()
    def assign(self, distances):
        known = len(self.labels)
        nearest = self.labels[distances[known:, :known].topk(7, largest=False).indices]
        votes = F.one_hot(nearest, clusters).sum(1) + 0.5 * F.one_hot(nearest[:, 0], clusters)
        return torch.cat([self.labels, votes.argmax(1)])

    def forward(self, x):
        f = self.g(x)
        mean, log_variance, scores = self.mean(f), self.log_variance(f), self.logits(f)
        c = F.gumbel_softmax(scores, tau=1.0)
        decoded = self.body(F.relu(self.from_z(sample(mean, log_variance)) + self.from_c(c)))
        squares = f.square().sum(1, keepdim=True)
        distances = (F.relu(squares + squares.T - 2 * f @ f.T) + 1e-6).sqrt()
        assigned = self.assign(distances)
        variational = cross_entropy(decoded, x) + 1.1 * gaussian_kl(mean, log_variance) + 1.2 * categorical_kl(scores)
        return variational + 4.7 * F.cross_entropy(scores, assigned) + 0.85 * lifted_structure(distances, assigned)


def lifted_structure(distances, labels, margin=0.5):
    same = labels[:, None] == labels
    others = (margin - distances).masked_fill(same, -1e9).logsumexp(1, keepdim=True)
    costs = F.relu(distances + torch.logaddexp(others, others.T)).square()
    pairs = same.float().fill_diagonal_(0)
    return (costs * pairs).sum() / (2 * pairs.sum())


class NoisyLayers(nn.Module):
    """Dense layers that are normalised and disturbed, then shifted and activated."""

    def __init__(self, *sizes, activation=F.relu):
        super().__init__()
        self.activation = activation
        pairs = list(zip(sizes, sizes[1:]))
        self.weights = nn.ParameterList(torch.randn(to, by) / math.sqrt(by) for by, to in pairs)
        self.shifts = nn.ParameterList(torch.zeros(to) for to in sizes[1:])
        self.moving = [(torch.zeros(to), torch.ones(to)) for to in sizes[1:]]

    def layers(self, x, normalise):
        """x and every layer before its shift, and the uppermost one with it."""
        h, layers = x, [x]
        for i, (weight, shift) in enumerate(zip(self.weights, self.shifts)):
            below = self.activation(h) if i > 0 else h
            layers.append(normalise(F.linear(below, weight), i))
            h = layers[-1] + shift
        return layers, h

    def noisy(self, x):
        return self.layers(disturbed(x), lambda h, _: disturbed(by_batch(h)))

    def clean(self, x):
        """Without noise: every layer, and its mean and variance, which the moving averages follow."""
        moments = []

        def normalise(h, i):
            variance, mean = torch.var_mean(h, 0, correction=0)
            moments.append((mean, variance))
            with torch.no_grad():
                for moving, now in zip(self.moving[i], moments[-1]):
                    moving.lerp_(now, 0.01)
            return standardised(h, mean, variance)

        return self.layers(x, normalise)[0], moments

    @torch.no_grad()
    def follow(self, x):
        """The moving averages alone."""
        self.layers(x, lambda h, i: F.batch_norm(h, *self.moving[i], training=True, momentum=0.01, eps=1e-10))


class Ladder(NoisyLayers):
    """Every layer is denoised."""

    sizes = d, 1000, 500, 250, 250, 250, clusters
    denoising = 1000, 10, 0.1, 0.1, 0.1, 0.1, 0.1

    def __init__(self):
        super().__init__(*self.sizes)
        self.scale = nn.Parameter(torch.ones(clusters))
        pairs = zip(self.sizes, self.sizes[1:])
        self.back = nn.ParameterList(torch.randn(to, by) / math.sqrt(by) for to, by in pairs)
        self.shapes = nn.ParameterList(curve_shape(size) for size in self.sizes)
        self.labels = given_labels()

    def forward(self, x):
        known = len(self.labels)
        _, top = self.noisy(x[:known])
        loss = F.cross_entropy(self.scale * top, self.labels)
        noisy, top = self.noisy(x[known:])
        clean, moments = self.clean(x[known:])
        signal = F.softmax(self.scale * top, 1)
        for layer in reversed(range(len(self.sizes))):
            denoised = denoise(noisy[layer], by_batch(signal), self.shapes[layer])
            compared = standardised(denoised, *moments[layer - 1]) if layer > 0 else denoised
            loss = loss + self.denoising[layer] * F.mse_loss(compared, clean[layer])
            if layer > 0:
                signal = F.linear(denoised, self.back[layer - 1])
        return loss


def disturbed(h):
    return h + 0.3 * torch.randn_like(h)


def standardised(h, mean, variance):
    return (h - mean) * torch.rsqrt(variance + 1e-10)


def curve_shape(units):
    """The ten numbers of each unit in `denoise`, as they start."""
    start = torch.tensor([0, 1, 0, 0, 0, 0, 1, 0, 0, 0.0])
    return nn.Parameter(start[:, None].repeat(1, units))


def denoise(noisy, above, shape):
    """(z̃ - μ(u)) v(u) + μ(u); μ and v have five numbers a unit each: a σ(b u + c) + d u + e."""

    def curve(a, b, c, d, e):
        return torch.addcmul(torch.addcmul(e, d, above), a, torch.sigmoid(torch.addcmul(c, b, above)))

    mean, slope = curve(*shape[:5]), curve(*shape[5:])
    return torch.addcmul(mean, noisy - mean, slope)
