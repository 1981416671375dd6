"""Variational autoencoders that find clusters without labels."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .parts import categorical_kl, clusters, cross_entropies, cross_entropy, d, gaussian_kl, mlp, sample


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


euler_gamma = 0.5772156649015329


class Dlgmm(nn.Module):
    """A Gaussian per cluster, with weights that are pieces of a stick: π_k = v_k Π_{j<k} (1 - v_j)."""

    def __init__(self, latent=25):
        super().__init__()
        self.encoder, self.decoder = mlp(d, 500, 500, end=True), mlp(latent, 500, 500, d)
        self.mean, self.log_variance = nn.Linear(500, clusters * latent), nn.Linear(500, clusters * latent)
        self.a, self.b = nn.Linear(500, clusters - 1), nn.Linear(500, clusters - 1)
        # Beta(1, β) is the prior of a stick; log B(1, β) = -log β.
        self.beta = torch.arange(clusters - 1, 0, -1.0)
        self.prior_means = torch.linspace(-1, 1, clusters)[:, None]

    def sticks(self, h):
        """The weights π, and their divergence from the prior."""
        a, b = F.softplus(self.a(h)) + 0.01, F.softplus(self.b(h)) + 0.01
        u = torch.rand_like(b).clamp_(1e-6, 1 - 1e-6)
        log_v = (log_complement(u.log() / b) / a).clamp(max=-1e-20)
        log_rest = log_complement(log_v)
        mean_log = -(torch.digamma(b) + 1 / b + euler_gamma)
        divergence = a.log() + b.log() + (1 - 1 / a) * mean_log + 1 / b - 1 + (1 - self.beta) * log_rest
        pieces = F.pad(log_rest.cumsum(1), (1, 0)) + F.pad(log_v, (0, 1))
        return pieces.exp(), (divergence - self.beta.log()).sum() / len(h)

    def forward(self, x):
        h = self.encoder(x)
        weights, divergence = self.sticks(h)
        # [batch, cluster, latent]
        mean = self.mean(h).unflatten(1, (clusters, -1))
        log_variance = self.log_variance(h).unflatten(1, (clusters, -1))
        losses = cross_entropies(self.decoder(sample(mean, log_variance)), x[:, None])
        spread = log_variance.exp() + (mean - self.prior_means) ** 2
        divergences = 0.5 * (spread - log_variance - 1).sum(2)
        return (weights * (losses + divergences)).sum() / len(x) + divergence


def log_complement(log_v):
    """log(1 - v) of log v < 0, by the function that loses no digits."""
    half = -math.log(2)
    lower = torch.log1p(-log_v.clamp(max=half).exp())
    upper = torch.log(-torch.expm1(log_v.clamp(min=half)))
    return torch.where(log_v < half, lower, upper)
