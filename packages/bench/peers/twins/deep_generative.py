"""Semi-supervised variational autoencoders: the bound of an unlabelled example is a mean over every class."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .parts import (
    by_batch, clusters, cross_entropies, cross_entropy, d, gaussian_kl, given_labels, half_squares, mlp, sample,
)

# N, of all training data; the prior of the weights counts ‖θ‖² / 2N.
examples = 1000


def binarised(x):
    """Draws of 0 and 1 with these probabilities."""
    return (torch.rand_like(x) < x).float()


def marginal(logits, bounds):
    """Σ_y q(y | x) (-L(x, y) + log q(y | x)), a mean. @param bounds [cluster, batch]"""
    log_q = F.log_softmax(logits, 1)
    return (log_q.exp() * (bounds.T + log_q)).sum() / len(logits)


def every_class():
    """One-hot, [cluster, 1, cluster]: broadcasts beside a batch."""
    return torch.eye(clusters)[:, None]


class M1(nn.Module):
    """M1+TSVM, whose machine is fitted after training."""

    def __init__(self, latent=50):
        super().__init__()
        self.encoder = mlp(d, 500, 500, end=True, activation=nn.Softplus)
        self.decoder = mlp(latent, 500, 500, d, activation=nn.Softplus)
        self.mean, self.log_variance = nn.Linear(500, latent), nn.Linear(500, latent)

    def encode(self, x):
        h = self.encoder(x)
        return self.mean(h), self.log_variance(h)

    def draw(self, x):
        return sample(*self.encode(x))

    def forward(self, x):
        x = binarised(x)
        mean, log_variance = self.encode(x)
        reconstruction = cross_entropy(self.decoder(sample(mean, log_variance)), x)
        return reconstruction + gaussian_kl(mean, log_variance) + half_squares(self) / examples


class M2(nn.Module):
    """One example of a batch is labelled."""

    def __init__(self, inputs=d, hidden=500, latent=50):
        super().__init__()
        self.classifier = mlp(inputs, hidden, clusters, activation=nn.Softplus)
        self.from_x, self.from_y = nn.Linear(inputs, hidden), nn.Linear(clusters, hidden)
        self.mean, self.log_variance = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.from_z, self.from_y_back = nn.Linear(latent, hidden), nn.Linear(clusters, hidden)
        self.output = nn.Linear(hidden, inputs)
        self.labels = given_labels(1)

    def bounds(self, x, y):
        """-L(x, y) of shapes that broadcast."""
        h = F.softplus(self.from_x(x) + self.from_y(y))
        mean, log_variance = self.mean(h), self.log_variance(h)
        back = F.softplus(self.from_z(sample(mean, log_variance)) + self.from_y_back(y))
        divergence = 0.5 * (log_variance.exp() + mean**2 - log_variance - 1).sum(-1)
        return divergence + self.losses(back, x) + math.log(clusters)

    def losses(self, back, x):
        """-log p(x | y, z)"""
        return cross_entropies(self.output(back), x)

    def forward(self, x):
        return self.objective(binarised(x))

    def objective(self, x):
        known = len(self.labels)
        share = known / examples
        logits = self.classifier(x)
        labelled = self.bounds(x[:known], F.one_hot(self.labels, clusters).float()).mean()
        unlabelled = marginal(logits[known:], self.bounds(x[known:], every_class()))
        classifier = F.cross_entropy(logits[:known], self.labels)
        prior = half_squares(self) / examples
        return share * labelled + (1 - share) * unlabelled + 0.1 * classifier + prior


class GaussianM2(M2):
    """Of features, each with a variance of its own."""

    def __init__(self, inputs, hidden):
        super().__init__(inputs, hidden)
        self.output_log_variance = nn.Linear(hidden, inputs)

    def losses(self, back, x):
        log_variance = self.output_log_variance(back)
        squares = (x - self.output(back)) ** 2 * (-log_variance).exp()
        return 0.5 * (squares + log_variance + math.log(2 * math.pi)).sum(-1)


class M1M2(nn.Module):
    """M2 on the latent of M1, which has been trained before and of which no dimension is left out."""

    def __init__(self, latent=50):
        super().__init__()
        self.m1 = M1(latent).requires_grad_(False)
        self.kept = torch.ones(latent)
        self.m2 = GaussianM2(latent, hidden=300)

    def forward(self, x):
        return self.m2.objective(self.m1.draw(x) * self.kept)


class Joined(nn.Module):
    """Dense layers with batch norm and ReLU on several inputs, of shapes that broadcast."""

    def __init__(self, inputs, outputs, hidden=500):
        super().__init__()
        self.inputs = nn.ModuleList(nn.Linear(size, hidden, bias=False) for size in inputs)
        self.hidden = nn.Linear(hidden, hidden, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm1d(hidden, eps=1e-4) for _ in range(2))
        self.heads = nn.ModuleList(nn.Linear(hidden, size) for size in outputs)

    def forward(self, *inputs, follow):
        """@param follow whether the moving averages follow"""
        h = sum(layer(each) for layer, each in zip(self.inputs, inputs))
        shape = h.shape[:-1]
        h = self.hidden(self.activated(0, h.flatten(0, -2), follow))
        h = self.activated(1, h, follow)
        return [head(h).unflatten(0, shape) for head in self.heads]

    def activated(self, i, h, follow):
        norm = self.norms[i]
        return F.relu(norm(h) if follow else by_batch(h, norm.weight, norm.bias, norm.eps))


class AuxiliaryDeep(nn.Module):
    """ADGM, or SDGM with `skip`. A hundred examples of a batch are labelled, and no others."""

    def __init__(self, skip, a=100, z=100):
        super().__init__()
        self.skip = skip
        self.qa = Joined([d], [a, a])
        self.qy = Joined([a, d], [clusters])
        self.qz = Joined([a, d, clusters], [z, z])
        self.pa = Joined([z, clusters] if skip else [z, clusters, d], [a, a])
        self.px = Joined([z, clusters, a] if skip else [z, clusters], [d])
        self.labels = given_labels()

    def auxiliary(self, x, follow):
        """q(a | x), a sample of it, and the logits of q(y | a, x)."""
        q = self.qa(x, follow=follow)
        a = sample(*q)
        return q, a, self.qy(a, x, follow=follow)[0]

    def bounds(self, x, q, a, y, follow):
        """-L(x, y) of shapes that broadcast."""
        qz = self.qz(a, x, y, follow=follow)
        z = sample(*qz)
        pa = self.pa(*((z, y) if self.skip else (z, y, x)), follow=follow)
        (decoded,) = self.px(*((z, y, a) if self.skip else (z, y)), follow=follow)
        of_a = surprise(a, *pa) - surprise(a, *q)
        of_z = 0.5 * (math.log(2 * math.pi) + z**2).sum(-1) - surprise(z, *qz)
        return cross_entropies(decoded, x) + of_a + of_z + math.log(clusters)

    def forward(self, x):
        x = binarised(x)
        known = len(self.labels)
        labelled, unlabelled = x[:known], x[known:]
        q, a, logits = self.auxiliary(labelled, follow=False)
        y = F.one_hot(self.labels, clusters).float()
        of_labelled = self.bounds(labelled, q, a, y, follow=False).mean()
        classifier = F.cross_entropy(logits, self.labels)
        q, a, logits = self.auxiliary(unlabelled, follow=True)
        of_unlabelled = marginal(logits, self.bounds(unlabelled, q, a, every_class(), follow=True))
        # α N / N_l is 1.
        return of_labelled + of_unlabelled + classifier + half_squares(self) / examples


def surprise(x, mean, log_variance):
    """-log N(x; mean, exp(log_variance))"""
    squares = (x - mean) ** 2 * torch.exp(-log_variance)
    return 0.5 * (math.log(2 * math.pi) + log_variance + squares).sum(-1)
