"""VaDE with the defaults of packages/models/src/systems/vade.ts."""

import math

import torch
from common import measure_steps, threads
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(threads)
torch.manual_seed(0)
batch, d, latent, clusters = 100, 784, 10, 10


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(d, 500), nn.ReLU(), nn.Linear(500, 500), nn.ReLU(), nn.Linear(500, 2000), nn.ReLU()
        )
        self.mean, self.log_variance = nn.Linear(2000, latent), nn.Linear(2000, latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, 2000), nn.ReLU(), nn.Linear(2000, 500), nn.ReLU(), nn.Linear(500, 500), nn.ReLU(),
            nn.Linear(500, d),
        )
        self.prior = nn.Parameter(torch.zeros(clusters))
        self.centres = nn.Parameter(torch.randn(clusters, latent))
        self.log_variances = nn.Parameter(torch.zeros(clusters, latent))

    def forward(self, x):
        h = self.encoder(x)
        mu, log_variance = self.mean(h), self.log_variance(h)
        z = mu + torch.exp(0.5 * log_variance) * torch.randn_like(mu)
        reconstruction = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum") / batch
        log_pi = F.log_softmax(self.prior, 0)
        variances = self.log_variances.exp()
        log_p = -0.5 * (math.log(2 * math.pi) + self.log_variances + (z[:, None] - self.centres) ** 2 / variances).sum(2)
        log_gamma = F.log_softmax(log_pi + log_p, 1)
        gamma = log_gamma.exp()
        inner = self.log_variances + log_variance.exp()[:, None] / variances + (mu[:, None] - self.centres) ** 2 / variances
        expected = 0.5 * (gamma * inner.sum(2)).sum() / batch
        prior = (gamma * (log_gamma - log_pi)).sum() / batch
        entropy = 0.5 * (1 + log_variance).sum() / batch
        return reconstruction + expected + prior - entropy


model = Model()
optimizer = torch.optim.Adam(model.parameters(), 2e-3, fused=True)
x = torch.rand(batch, d)


def step():
    optimizer.zero_grad()
    loss = model(x)
    loss.backward()
    optimizer.step()
    return loss


measure_steps(step)
