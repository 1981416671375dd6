"""One training step of a system of packages/models/src/systems with its default options, the same arithmetic in PyTorch.

Each twin is a module whose `forward` is the loss of a batch; its batch size and its optimizer stand in the table at the end.
"""

import math
import sys

import torch
from common import measure_training, start_torch
from torch import nn
from torch.nn import functional as F

d, clusters = 784, 10


def mlp(*sizes, end=False):
    """Dense layers with ReLU between them, and after the last one if `end`."""
    layers = []
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(inputs, outputs))
        if end or i < len(sizes) - 2:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def cross_entropy(decoded, x):
    return F.binary_cross_entropy_with_logits(decoded, x, reduction="sum") / len(x)


def squared_error(a, b):
    return ((a - b) ** 2).sum() / len(a)


def sample(mean, log_variance):
    return mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)


def gaussian_kl(mean, log_variance):
    return -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum() / len(mean)


def categorical_kl(logits):
    log_pi = F.log_softmax(logits, 1)
    return (log_pi.exp() * (log_pi + math.log(clusters))).sum() / len(logits)


class Autoencoder(nn.Module):
    """AE + k-means, AE + mixture, N2D."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = mlp(d, 500, 500, 2000, 10), mlp(10, 2000, 500, 500, d)

    def forward(self, x):
        return squared_error(self.decoder(self.encoder(x)), x) / d


class Dec(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = mlp(d, 500, 500, 2000, 10)
        self.centroids = nn.Parameter(torch.randn(clusters, 10))

    def clustering(self, z):
        q = 1 / (1 + ((z[:, None] - self.centroids) ** 2).sum(2))
        q = q / q.sum(1, keepdim=True)
        # The target is fixed between two updates.
        p = (q**2 / q.sum(0)).detach()
        p = p / p.sum(1, keepdim=True)
        return (p * (p.log() - q.log())).sum() / len(z)

    def forward(self, x):
        return self.clustering(self.encoder(x))


class Idec(Dec):
    def __init__(self):
        super().__init__()
        self.decoder = mlp(10, 2000, 500, 500, d)

    def forward(self, x):
        z = self.encoder(x)
        return squared_error(self.decoder(z), x) / d + 0.1 * self.clustering(z)


class Dcn(Autoencoder):
    def __init__(self):
        super().__init__()
        self.register_buffer("centres", torch.randn(clusters, 10))

    def forward(self, x):
        z = self.encoder(x)
        assigned = self.centres[torch.arange(len(x)) % clusters]
        return squared_error(self.decoder(z), x) + 0.025 * squared_error(z, assigned)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = mlp(d, 500, end=True), mlp(10, 500, d)
        self.mean, self.log_variance = nn.Linear(500, 10), nn.Linear(500, 10)

    def forward(self, x):
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        return cross_entropy(self.decoder(sample(mean, log_variance)), x) + gaussian_kl(mean, log_variance)


class GumbelVae(nn.Module):
    def __init__(self, feature=200, latent=64):
        super().__init__()
        self.g = mlp(d, 500, 500, feature, end=True)
        self.mean, self.log_variance = nn.Linear(feature, latent), nn.Linear(feature, latent)
        self.logits = nn.Linear(feature, clusters)
        self.from_z, self.from_c = nn.Linear(latent, feature), nn.Linear(clusters, feature)
        self.body = mlp(feature, 500, 500, d)

    def forward(self, x):
        h = self.g(x)
        mean, log_variance, logits = self.mean(h), self.log_variance(h), self.logits(h)
        c = F.gumbel_softmax(logits, tau=1.0)
        decoded = self.body(F.relu(self.from_z(sample(mean, log_variance)) + self.from_c(c)))
        return cross_entropy(decoded, x) + categorical_kl(logits) + 4 * gaussian_kl(mean, log_variance)


class Gmvae(nn.Module):
    def __init__(self, latent=64):
        super().__init__()
        self.categorical = mlp(d, 512, 512, clusters)
        self.gaussian = mlp(d + clusters, 512, 512, end=True)
        self.mean, self.log_variance = nn.Linear(512, latent), nn.Linear(512, latent)
        self.prior_mean, self.prior_log_variance = nn.Linear(clusters, latent), nn.Linear(clusters, latent)
        self.decoder = mlp(latent, 512, 512, d)

    def forward(self, x):
        logits = self.categorical(x)
        y = F.gumbel_softmax(logits, tau=1.0)
        h = self.gaussian(torch.cat([x, y], 1))
        mean, log_variance = self.mean(h), self.log_variance(h)
        m, v = self.prior_mean(y), self.prior_log_variance(y)
        divergence = 0.5 * (v - log_variance - 1 + (log_variance.exp() + (mean - m) ** 2) / v.exp()).sum() / len(x)
        return cross_entropy(self.decoder(sample(mean, log_variance)), x) + divergence + categorical_kl(logits)


class Vade(nn.Module):
    def __init__(self, latent=10):
        super().__init__()
        self.encoder, self.decoder = mlp(d, 500, 500, 2000, end=True), mlp(latent, 2000, 500, 500, d)
        self.mean, self.log_variance = nn.Linear(2000, latent), nn.Linear(2000, latent)
        self.prior = nn.Parameter(torch.zeros(clusters))
        self.centres = nn.Parameter(torch.randn(clusters, latent))
        self.log_variances = nn.Parameter(torch.zeros(clusters, latent))

    def forward(self, x):
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = sample(mean, log_variance)
        log_pi = F.log_softmax(self.prior, 0)
        variances = self.log_variances.exp()
        squares = (z[:, None] - self.centres) ** 2
        log_p = -0.5 * (math.log(2 * math.pi) + self.log_variances + squares / variances).sum(2)
        log_gamma = F.log_softmax(log_pi + log_p, 1)
        gamma = log_gamma.exp()
        distances = (log_variance.exp()[:, None] + (mean[:, None] - self.centres) ** 2) / variances
        expected = 0.5 * (gamma * (self.log_variances + distances).sum(2)).sum() / len(x)
        prior = (gamma * (log_gamma - log_pi)).sum() / len(x)
        entropy = 0.5 * (1 + log_variance).sum() / len(x)
        return cross_entropy(self.decoder(z), x) + expected + prior - entropy


def adam(rate):
    return lambda parameters: torch.optim.Adam(parameters, rate, fused=True)


def momentum(rate):
    return lambda parameters: torch.optim.SGD(parameters, rate, momentum=0.9, fused=True)


systems = {
    "ae-kmeans": (Autoencoder, 256, adam(1e-3)),
    "ae-gmm": (Autoencoder, 256, adam(1e-3)),
    "n2d": (Autoencoder, 256, adam(1e-3)),
    "dec": (Dec, 256, momentum(0.01)),
    "idec": (Idec, 256, adam(1e-3)),
    "dcn": (Dcn, 256, adam(1e-3)),
    "vae": (Vae, 100, adam(1e-3)),
    "gumbel-vae": (GumbelVae, 128, adam(1e-3)),
    "gmvae": (Gmvae, 64, adam(1e-3)),
    "vade": (Vade, 100, adam(2e-3)),
}

start_torch()
twin, batch, optimizer_of = systems[sys.argv[2]]
model = twin()
optimizer = optimizer_of(model.parameters())
x = torch.rand(batch, d)
measure_training(lambda: model(x), optimizer)
