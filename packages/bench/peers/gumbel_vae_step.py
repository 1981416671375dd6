"""The default gumbel-vae of packages/models/src/systems/gumbelVae.ts."""

import torch
from common import measure_steps, threads
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(threads)
torch.manual_seed(0)
batch, d, hidden, feature, latent, clusters = 128, 784, 500, 200, 64, 10


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.g = nn.Sequential(
            nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, feature), nn.ReLU()
        )
        self.mean = nn.Linear(feature, latent)
        self.log_variance = nn.Linear(feature, latent)
        self.logits = nn.Linear(feature, clusters)
        self.from_z = nn.Linear(latent, feature)
        self.from_c = nn.Linear(clusters, feature)
        self.body = nn.Sequential(
            nn.Linear(feature, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, d)
        )

    def forward(self, x):
        h = self.g(x)
        mu, log_variance, logits = self.mean(h), self.log_variance(h), self.logits(h)
        c = F.gumbel_softmax(logits, tau=1.0)
        z = mu + torch.exp(0.5 * log_variance) * torch.randn_like(mu)
        decoded = self.body(F.relu(self.from_z(z) + self.from_c(c)))
        reconstruction = F.binary_cross_entropy_with_logits(decoded, x, reduction="sum") / batch
        log_pi = F.log_softmax(logits, 1)
        categorical = (log_pi.exp() * (log_pi + torch.log(torch.tensor(float(clusters))))).sum() / batch
        gaussian = -0.5 * (1 + log_variance - mu**2 - log_variance.exp()).sum() / batch
        return reconstruction + categorical + 4 * gaussian


model = Model()
optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
x = torch.rand(batch, d)


def step():
    optimizer.zero_grad()
    loss = model(x)
    loss.backward()
    optimizer.step()
    return loss


measure_steps(step)
