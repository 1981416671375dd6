"""Layers and terms of losses that several twins share."""

import math

import torch
from torch import nn
from torch.nn import functional as F

d, clusters = 784, 10


def mlp(*sizes, end=False, activation=nn.ReLU):
    """Dense layers with an activation between them, and after the last one if `end`."""
    layers = []
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(inputs, outputs))
        if end or i < len(sizes) - 2:
            layers.append(activation())
    return nn.Sequential(*layers)


def given_labels(count=100):
    """The classes of the labelled examples, which are the first of a batch."""
    return torch.arange(count) % clusters


def cross_entropy(decoded, x):
    return F.binary_cross_entropy_with_logits(decoded, x, reduction="sum") / len(x)


def cross_entropies(decoded, x):
    """That of each example, of shapes that broadcast."""
    return F.binary_cross_entropy_with_logits(decoded, x.expand_as(decoded), reduction="none").sum(-1)


def squared_error(a, b):
    return ((a - b) ** 2).sum() / len(a)


def sample(mean, log_variance):
    return mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)


def gaussian_kl(mean, log_variance):
    return -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum() / len(mean)


def categorical_kl(logits):
    log_pi = F.log_softmax(logits, 1)
    return (log_pi.exp() * (log_pi + math.log(clusters))).sum() / len(logits)


def half_squares(module):
    """½ ‖θ‖² of its weights, of which the prior is N(0, 1)."""
    norms = [torch.linalg.vector_norm(weights) for weights in module.parameters()]
    return 0.5 * torch.stack(norms).square().sum()


def by_batch(h, weight=None, bias=None, epsilon=1e-10):
    """Batch norm by the batch's statistics, without moving averages."""
    return F.batch_norm(h, None, None, weight, bias, training=True, eps=epsilon)
